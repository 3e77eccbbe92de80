import { type BetterAuthOptions, betterAuth } from 'better-auth'
import { toNodeHandler } from 'better-auth/node'
import { twoFactor } from 'better-auth/plugins'
import type { Express } from 'express'

/** As much of better-auth as is needed to mount and to migrate it. */
export type Auth = Readonly<{ handler(request: Request): Promise<Response>; options: BetterAuthOptions }>

/** better-auth with its two-factor plugin and a code that is dropped. */
export function twoFactorAuth(database: NonNullable<BetterAuthOptions['database']>, codes: Map<string, string>): Auth {
  return betterAuth({
    database,
    baseURL: 'http://127.0.0.1:3000',
    secret: 'not a secret, this is a benchmark of server CPU',
    emailAndPassword: { enabled: true },
    rateLimit: { enabled: false },
    logger: { disabled: true },
    telemetry: { enabled: false },
    plugins: [
      twoFactor({
        otpOptions: {
          sendOTP: ({ user, otp }) => {
            codes.set(user.email, otp)
          },
        },
      }),
    ],
  })
}

export function addAuth(app: Express, auth: Auth): void {
  app.all('/api/auth/*splat', toNodeHandler(auth))
}
