/**
 * One guarded statement on mysql2's connection: the query, the reset of the session and its settings go out in one write, and the
 * answers come back in turn. The driver's own query would decode rows of any size, would build code for every list of columns, and
 * would wait for three answers one after another.
 */
import type { MysqlError } from '../databases/mysql-url.ts';
import type { ExecutorLimits, Outcome } from './contract.ts';
import type { SessionSettings } from './mysql-session.ts';

/** What is used of the driver's packets and connections: its commands see the same. */
export interface MysqlPacket {
  buffer: Buffer;
  offset: number;
  end: number;
  isError(): boolean;
  asError(encoding: string): MysqlError;
}

export interface MysqlLine {
  /** Number of the next packet; each command's answer begins at 1. */
  sequenceId: number;
  clientEncoding: string;
  write(data: Buffer): void;
}

export interface QueryEvents {
  /** The statements before it are done and the session is as new. */
  onTurn(): void;
  /** The session is not yet reset. */
  onOutcome(outcome: Outcome): void;
  /** What the server says against the statement; the session is not yet reset. */
  onError(error: MysqlError): void;
  /** After the outcome of a result that is too large: whether it had too many rows, or too many bytes. */
  onCut(byRows: boolean): void;
  /** The session is as new. */
  onReset(): void;
  /** The line broke, or the session could not be reset: the connection must not be used again. */
  onBroken(error: Error): void;
}

type Cell = string | number | null;

const COM_QUERY = 3;
const COM_RESET_CONNECTION = 0x1f;
const [okMark, localFileMark, endMark, nullMark] = [0x00, 0xfb, 0xfe, 0xfb];
/** Types that are sent as decimal digits: TINY to DOUBLE, LONGLONG, INT24, YEAR, DECIMAL. */
const numbers = new Set([0, 1, 2, 3, 4, 5, 8, 9, 13, 246]);
/** Characters have up to four bytes. */
const bytesOfCharacter = 4;

export function commandPacket(command: number, text = ''): Buffer {
  const length = 1 + Buffer.byteLength(text);
  const packet = Buffer.allocUnsafe(4 + length);
  packet.writeUIntLE(length, 0, 3);
  packet[3] = 0;
  packet[4] = command;
  packet.write(text, 5);
  return packet;
}

/** What follows each statement. */
export const resetPackets = ({ after }: SessionSettings): Buffer =>
  Buffer.concat([commandPacket(COM_RESET_CONNECTION), ...(after === null ? [] : [commandPacket(COM_QUERY, after)])]);

type State = (packet: MysqlPacket, line: MysqlLine) => State | null;

/** A command as the driver runs them: `execute` is called once when its turn has come, then with each packet of the answer. */
export class MysqlQuery {
  private readonly sql: string;
  private readonly settings: SessionSettings;
  private readonly reset: Buffer;
  private readonly limits: Pick<ExecutorLimits, 'maxRows' | 'maxBytes'>;
  private readonly events: QueryEvents;
  private state: State | null = null;
  private fieldsLeft = 0;
  private readonly columns: string[] = [];
  private readonly isNumber: boolean[] = [];
  private rows: Cell[][] = [];
  private characters = 0;
  private cut = false;

  /** @param reset packets of the settings' reset */
  constructor(
    sql: string,
    settings: SessionSettings,
    reset: Buffer,
    limits: Pick<ExecutorLimits, 'maxRows' | 'maxBytes'>,
    events: QueryEvents,
  ) {
    this.sql = sql;
    this.settings = settings;
    this.reset = reset;
    this.limits = limits;
    this.events = events;
  }

  /** Called once, before the driver is given the command: behind a reset that is still to be answered, the server need not wait for it. */
  send(line: Pick<MysqlLine, 'write'>): void {
    line.write(Buffer.concat([commandPacket(COM_QUERY, this.settings.before + this.sql), this.reset]));
  }

  /** @returns whether the command is done */
  execute(packet: MysqlPacket | undefined, line: MysqlLine): boolean {
    if (packet === undefined || this.state === null) {
      line.sequenceId = 1;
      this.state = this.header;
      this.events.onTurn();
      return false;
    }
    if (packet.isError()) {
      const error = packet.asError(line.clientEncoding);
      if (this.state === this.resetDone || this.state === this.settingsDone) {
        this.events.onBroken(error);
        return true;
      }
      if (!this.cut) this.events.onError(error);
      this.state = this.nextCommand(line, this.resetDone);
      return false;
    }
    this.state = this.state(packet, line);
    return this.state === null;
  }

  /** The driver's way to say that the line broke. */
  onResult(error: Error | null): void {
    if (error) this.events.onBroken(error);
  }

  private nextCommand(line: MysqlLine, state: State): State {
    line.sequenceId = 1;
    return state;
  }

  private readonly header: State = (packet, line) => {
    const mark = packet.buffer[packet.offset];
    // The server may ask for a file of this machine; it was told that there are none.
    if (mark === localFileMark) throw new Error('the server asks for a local file');
    if (mark === okMark) {
      this.finish();
      return this.nextCommand(line, this.resetDone);
    }
    this.fieldsLeft = readLength(packet);
    return this.field;
  };

  private readonly field: State = (packet) => {
    // Catalogue, schema, table and original table come first; only the name is wanted.
    for (let skipped = 0; skipped < 4; skipped += 1) {
      const skip = readLength(packet);
      packet.offset += skip;
    }
    const length = readLength(packet);
    this.columns.push(packet.buffer.toString('utf8', packet.offset, packet.offset + length));
    this.characters += length;
    // The type stands at a fixed distance from the end; a binary character set is no matter, all text is read as UTF-8.
    this.isNumber.push(numbers.has(packet.buffer[packet.end - 6] as number));
    this.fieldsLeft -= 1;
    return this.fieldsLeft > 0 ? this.field : this.fieldsEnd;
  };

  private readonly fieldsEnd: State = () => this.row;

  private readonly row: State = (packet, line) => {
    if (packet.buffer[packet.offset] === endMark && packet.end - packet.offset < 9) {
      if (!this.cut) this.finish();
      return this.nextCommand(line, this.resetDone);
    }
    if (!this.cut) this.readRow(packet);
    return this.row;
  };

  private readonly resetDone: State = (packet, line) =>
    this.settings.after === null ? this.settingsDone(packet, line) : this.nextCommand(line, this.settingsDone);

  private readonly settingsDone: State = () => {
    this.events.onReset();
    return null;
  };

  private readRow(packet: MysqlPacket): void {
    const { maxRows, maxBytes } = this.limits;
    if (this.rows.length >= maxRows) this.cutHere(true);
    // Looked at before any text of it is made.
    else if (packet.end - packet.offset > bytesOfCharacter * maxBytes) this.cutHere();
    else {
      const row = this.cellsOf(packet);
      if (this.characters > maxBytes) this.cutHere();
      else this.rows.push(row);
    }
  }

  private cellsOf(packet: MysqlPacket): Cell[] {
    const row: Cell[] = [];
    for (const isNumber of this.isNumber) {
      if (packet.buffer[packet.offset] === nullMark) {
        packet.offset += 1;
        row.push(null);
        this.characters += 8;
        continue;
      }
      const length = readLength(packet);
      const text = packet.buffer.toString('utf8', packet.offset, packet.offset + length);
      packet.offset += length;
      const number = isNumber ? Number(text) : Number.NaN;
      row.push(Number.isFinite(number) ? number : text);
      this.characters += Number.isFinite(number) ? 8 : text.length;
    }
    return row;
  }

  /** Also called when the bytes on their way are too many, before a row is whole. */
  cutHere(byRows = false): void {
    if (this.cut || this.state === this.resetDone || this.state === this.settingsDone) return;
    this.cut = true;
    this.events.onOutcome({ kind: 'rows', columns: this.columns, rows: this.rows, truncated: true });
    this.rows = [];
    this.events.onCut(byRows);
  }

  private finish(): void {
    this.events.onOutcome({ kind: 'rows', columns: this.columns, rows: this.rows, truncated: false });
  }
}

/** A length-coded number, as lengths and counts are sent. */
function readLength(packet: MysqlPacket): number {
  const { buffer } = packet;
  const first = buffer[packet.offset] as number;
  packet.offset += 1;
  if (first < 0xfb) return first;
  const bytes = first === 0xfc ? 2 : first === 0xfd ? 3 : 6;
  const value = buffer.readUIntLE(packet.offset, bytes);
  packet.offset += first === 0xfe ? 8 : bytes;
  return value;
}
