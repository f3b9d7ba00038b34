/** How Next builds the console. On the server, packages of the project are loaded by Node itself, as the CLI loads them. */
import type { NextConfig } from 'next';

interface ExternalRequest {
  request?: string;
}
type ExternalAnswer = (error: null, external?: string) => void;

const config: NextConfig = {
  // Several servers of one checkout (tests, development) each need a folder of their own.
  distDir: process.env['QUERYLOOP_CONSOLE_BUILD'] ?? '.next',
  serverExternalPackages: ['@temporalio/client', 'prom-client'],
  poweredByHeader: false,
  reactStrictMode: true,
  devIndicators: false,
  // `npm run check` does it, for the whole project.
  typescript: { ignoreBuildErrors: true },
  // webpack, not Turbopack: that bundles packages of the workspace whatever it is told, and the store cannot be bundled.
  webpack(webpack, { isServer }) {
    if (isServer) {
      webpack.externals.push(({ request }: ExternalRequest, answer: ExternalAnswer) =>
        request?.startsWith('@queryloop/') ? answer(null, `import ${request}`) : answer(null),
      );
    }
    return webpack;
  },
};

export default config;
