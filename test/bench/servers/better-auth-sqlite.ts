import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getMigrations } from 'better-auth/db/migration'
import express from 'express'
import { SqliteDialect } from 'kysely'
import Database from 'libsql'
import { serve } from '../frame/serve.js'
import { addAuth, twoFactorAuth } from './two-factor.js'

const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

// A file with a write-ahead log: as fast as SQLite is with data that stay.
const database = new Database(join(folder, 'auth.db'))
database.pragma('journal_mode = WAL')
database.pragma('synchronous = NORMAL')

const codes = new Map<string, string>()
const dialect = new SqliteDialect({ database })
const auth = twoFactorAuth({ dialect, type: 'sqlite', transaction: true }, codes)
const { runMigrations } = await getMigrations(auth.options)
await runMigrations()
const app = express()
addAuth(app, auth)
serve(app, codes)
