import express from 'express'
import { stepUp } from '../../src/index.js'
import { journeys } from './journeys.js'

describe('on Express 5', () => journeys(async () => ({ express, stepUp })))
