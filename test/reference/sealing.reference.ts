/**
 * Runs sealing against the published vectors that lie beside the repository: every case is asserted. Without the folder it
 * says so and ends well.
 */
import { existsSync } from 'node:fs';
import { checkNotes } from './sealing/notes';
import { checkProofs } from './sealing/proofs';
import { checkHeads } from './sealing/heads';
import { checkLogs } from './sealing/logs';
import { checkSpecifications } from './sealing/specifications';
import { checkWitnessExchange } from './sealing/witness-exchange';
import { folder, result } from './sealing/vectors';

if (existsSync(folder)) {
  checkNotes();
  checkProofs();
  checkLogs();
  checkHeads();
  checkSpecifications();
  checkWitnessExchange();
  console.log(result());
  if (!result().endsWith(' 0 failed')) process.exitCode = 1;
} else {
  console.log(`No reference vectors at ${folder}: nothing was checked.`);
}
