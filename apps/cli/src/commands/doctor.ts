/** `queryloop doctor` */
export async function doctor(_options: { json: boolean }, _signal: AbortSignal): Promise<void> {}
