#!/usr/bin/env node
import { command } from './command.js'

const { exitCode, stdout, stderr } = command(process.argv.slice(2))
process.stdout.write(stdout)
process.stderr.write(stderr)
process.exitCode = exitCode
