import { mongooseStore } from '@countersign/mongoose'
import express from 'express'
import mongoose from 'mongoose'
import { serve } from '../frame/serve.js'
import { addBank, byHeaders } from './bank.js'

const connection = await mongoose.createConnection(process.env.BENCH_MONGO_URL ?? '').asPromise()
await connection.dropDatabase()
const app = express()
const codes = new Map<string, string>()
await addBank(app, { store: mongooseStore(connection), codes, identify: byHeaders })
serve(app, codes)
