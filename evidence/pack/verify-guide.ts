import { type PackInput } from './pack-input';
import { type TransactionReport } from './report-types';

/** Commands that check a pack with tools of the operating system, as `VERIFY.md` and the PDF print them. */
export function bagCommands(packId: string): string {
  return [
    `cd ${packId}`,
    'sha256sum -c --strict --quiet manifest-sha256.txt tagmanifest-sha256.txt',
    'find data -type f | LC_ALL=C sort > /tmp/there; cut -c67- manifest-sha256.txt > /tmp/listed; cmp /tmp/there /tmp/listed',
  ].join('\n');
}

/** Checks the signature of the checkpoint with openssl 3. The key must come from you, not from the pack. */
export function checkpointCommands(origin: string, vkey: string): string {
  return [
    'cd data/integrity',
    `O='${origin}'; VKEY='${vkey}'`,
    "n=$(grep -n '^$' checkpoint | tail -n 1 | cut -d: -f1); head -n $((n-1)) checkpoint > /tmp/body",
    '(printf \'\\060\\052\\060\\005\\006\\003\\053\\145\\160\\003\\041\\000\'; printf %s "${VKEY#*+*+}" | base64 -d | tail -c 32) > /tmp/pub.der',
    'grep -F "— $O " checkpoint | cut -d\' \' -f3 | base64 -d | tail -c 64 > /tmp/sig',
    'openssl pkeyutl -verify -pubin -keyform DER -inkey /tmp/pub.der -rawin -in /tmp/body -sigfile /tmp/sig',
  ].join('\n');
}

/** The leaf of one entry: it stands in the PDF, and as `prev` in the next entry of its stream. */
export function leafCommand(item: string, line: number): string {
  return `(printf '\\000'; sed -n ${line}p data/items/${item}/entries.jsonl | tr -d '\\n') | sha256sum`;
}

/** Joins an entry's proof and the checkpoint to a C2SP `.tlog-proof`, which other people's tools verify. */
export function tlogProofCommand(item: string, line: number): string {
  return [
    `node -e 'const f=require("fs").readFileSync,p=JSON.parse(f("data/items/${item}/proofs.jsonl","utf8").split("\\n")[${line - 1}]);`,
    'process.stdout.write(["c2sp.org/tlog-proof@v1","index "+p.index,...p.hashes.map(h=>Buffer.from(h,"hex").toString("base64")),"",f("data/integrity/checkpoint","utf8")].join("\\n"))\' > entry.tlog-proof',
  ].join('\n');
}

const fenced = (commands: string): string => `\`\`\`\n${commands}\n\`\`\`\n`;

/** `VERIFY.md`: how to check the pack at an isolated desk, and what each check does not prove. */
export function verifyGuide(
  { request, ledger }: PackInput,
  { integrity, limits }: Pick<TransactionReport, 'integrity' | 'limits'>,
): string {
  const vkey = integrity.keys[0]?.vkey ?? '';
  return `# Verify ${request.id}

Everything here works offline. Nothing in this folder is to be trusted because it says so: bring the ledger's verifier
key and, if you have one, an older checkpoint, from a source that is not this pack.

## With the verifier in the pack

Node.js 20 or later, no packages, no network. Compare the verifier with the one of the release first:

${fenced(`sha256sum data/verify.mjs\n# ${integrity.verifierSha256}  expected`)}
Write the policy file with the key that you know, then verify the folder or the ZIP:

${fenced(`printf 'log %s\\nquorum none\\n' '<verifier key from your own source>' > policy
node data/verify.mjs --policy policy .        # or the ZIP file in place of the dot
# exit 0: verified; 1: a finding, with its place; 4: intact, but not anchored because no policy was given`)}
The key that the pack itself claims, to be compared with yours and not to be used in its place:

${fenced(integrity.keys.map((key) => key.vkey).join('\n'))}
## With stock tools

The bag: hashes, and no file more or less than listed. \`sha256sum\` alone passes with an extra file.

${fenced(bagCommands(request.id))}
The signature of the checkpoint, with openssl 3:

${fenced(checkpointCommands(ledger.origin, vkey))}
The leaf of the first entry, to be found in the timeline of the PDF and in \`timeline.csv\`:

${fenced(leafCommand('T-0001', 1))}
Its inclusion proof in a form that other people's verifiers read (golang.org/x/mod/sumdb, sigstore):

${fenced(tlogProofCommand('T-0001', 1))}
The PDF holds the data: the attachment equals \`data/evidence.json\`.

${fenced('pdfdetach -save 1 -o /tmp/attached.json data/evidence-pack.pdf && cmp /tmp/attached.json data/evidence.json')}
## What no check here proves

${limits.map((limit) => `- ${limit}`).join('\n')}
`;
}
