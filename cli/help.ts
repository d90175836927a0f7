import type { CommandName } from './request.ts';

/** The page of one command, or the first page. */
export function helpOn(topic: CommandName | undefined): string {
  return topic === undefined ? FIRST_PAGE : PAGES[topic];
}

// --- internal ---

const FIRST_PAGE = `policy-sync: backup schedules of DocSpace portals as policy

  policy-sync validate FILE...               check policies, offline
  policy-sync plan     FILE... [--keys K]    read every portal, write nothing, show what would change
  policy-sync apply    FILE... [--keys K]    make it so
  policy-sync audit    FILE... [--keys K]    who is protected: ask every portal for its archives, write nothing

  policy-sync status PLACE                   who needs you, by the last report of each policy
  policy-sync why PORTAL FILE...             one portal's schedule: where each field comes from
  policy-sync report PLACE                   the page of the fleet, as a file of HTML
  policy-sync adopt --keys K                 write a policy from what the portals hold now, to stdout
  policy-sync keys pack KEYS --out DIR       many portals' keys as few secrets: their files, and what stores them
  policy-sync keys check KEYS [FILE...]      keys that are twice, malformed, unused or about to die

  policy-sync settings FILE                  a deployment's settings, as variables that make a plan go by them
  policy-sync playground                     a fleet on this machine to try all of it on

FILE   a path, or s3://bucket/key
PLACE  s3://bucket, or a folder with a copy of the bucket's reports

  --keys FILE | aws     the portals' URLs and API keys: a YAML or JSON file, or AWS Secrets Manager (default: aws)
  --portal NAME         treat this portal alone (repeatable); 'eu-*' is every name that begins so
  --concurrency N|auto  portals at once, 1 to 1024 (default: auto)
  --reports PLACE       with why: also the portal's last outcomes, and its next backup
  --out FILE            with report: where the page goes; with keys pack: the folder for the groups' files
  --json                one JSON document on stdout; --json=lines: a line for each portal, a summary last
  --markdown            for a comment of a pull request
  --summary FILE        adds all of it to a file, as Markdown: for a job's summary ($GITHUB_STEP_SUMMARY)
  --verbose             every portal by itself, where many would be told as one
  --yes                 apply asks nothing before it removes or weakens
  --help, --version     policy-sync plan --help: more on plan, with examples

NO_COLOR=1 and FORCE_COLOR=1 are heard.

Exit code: 0 all well (for plan: and nothing to change); 1 something is wrong; 2 plan, or mode: detect, found changes.
plan: 1 if a guard would hold changes.
audit: 1 if a portal is late, claimed, unprotected or unknown.
status: 1 if a portal or a policy needs you, or no report is found.
adopt: 1 if a portal could not be read, or its schedule not be written.
keys check: 1 if a key needs you.
`;

const KEYS = `  --keys FILE | aws     where the URLs and API keys are (default: aws, Secrets Manager)
  --portal NAME         this portal alone (repeatable); 'eu-*' is every name that begins so
  --concurrency N|auto  portals at once, 1 to 1024 (default: auto)
`;
const OUTPUT = `  --json, --json=lines  for programs: one document, or a line for each portal and a summary last
  --markdown            for a comment of a pull request: what decides first, no longer than one may be
  --summary FILE        adds all of it to a file, as Markdown: for a job's summary ($GITHUB_STEP_SUMMARY)
  --verbose             every portal by itself
`;

const PAGES: Readonly<Record<CommandName, string>> = {
  validate: `policy-sync validate FILE...: check policies, offline

Tells every error of every file, with its place, and the portals that two of the files name. Asks no portal.

${OUTPUT}
  policy-sync validate policies/*.yaml
  policy-sync validate s3://acme-policies/policies/fleet.yaml

Exit code: 0 valid; 1 not.
`,
  plan: `policy-sync plan FILE... [--keys K]: read every portal, write nothing, show what would change

${KEYS}${OUTPUT}
  policy-sync plan fleet.yaml --keys keys.yaml
  policy-sync plan fleet.yaml --portal 'eu-*' --portal acme
  policy-sync plan fleet.yaml --markdown > comment.md

Exit code: 0 nothing to change; 2 something to change; 1 something is wrong, or a guard would hold changes.
`,
  apply: `policy-sync apply FILE... [--keys K]: make every portal's schedule what the policy says, and prove it

Writes only what differs. At a terminal it asks before it removes or weakens.

${KEYS}  --yes                 asks nothing
${OUTPUT}
  policy-sync apply fleet.yaml --keys keys.yaml
  policy-sync apply fleet.yaml --portal acme --yes

Exit code: 0 all well; 1 a portal failed or was skipped; 2 portals in mode: detect differ.
`,
  audit: `policy-sync audit FILE... [--keys K]: who is protected

Asks every portal for its archives, writes nothing, and says who needs you, why, and what to do.

${KEYS}${OUTPUT}
  policy-sync audit fleet.yaml
  policy-sync audit fleet.yaml --portal acme --json

Exit code: 0 all well; 1 a portal is late, claimed, unprotected or unknown, failed or was skipped.
`,
  status: `policy-sync status PLACE: who needs you, by the last report of each policy

Asks no portal: it tells what the deployment found last, and when. PLACE: s3://bucket, or a folder with a copy of
the bucket's reports.

  --json                one JSON document
  --markdown            for a chat, a comment or a job's summary
  --verbose             every portal by itself, and all that the reports come to

  policy-sync status s3://acme-policies
  aws s3 sync s3://acme-policies/reports reports && policy-sync status .

Exit code: 0 nobody is needed; 1 a portal or a policy needs you, or no report is found.
`,
  why: `policy-sync why PORTAL FILE...: one portal's schedule, and where each field comes from

  --reports PLACE       also its verdict, its last outcomes and its next backup, from s3://bucket or a folder
  --json                one JSON document

  policy-sync why acme fleet.yaml
  policy-sync why acme fleet.yaml --reports s3://acme-policies

Exit code: 0; 1 no policy names the portal, several do, or one is invalid.
`,
  report: `policy-sync report PLACE: the page of the fleet, by the last report of each policy

One file that needs nothing else: what needs you, the verdicts, and every portal's last 35 days. PLACE: s3://bucket, or
a folder with a copy of the bucket's reports (without the policies' texts, it shows no schedules).

  --out FILE            where it goes (default: fleet.html)
  --markdown            the same in words, to stdout, and no page

  policy-sync report s3://acme-policies
  policy-sync report . --out /tmp/fleet.html

Exit code: 0; 1 no report is found, or the file can't be written.
`,
  adopt: `policy-sync adopt --keys K: write a policy from what the portals hold now, to stdout

${KEYS}
  policy-sync adopt --keys keys.yaml > fleet.yaml
  policy-sync adopt --portal acme --portal globex > fleet.yaml     keys from AWS: the portals are named

Exit code: 0; 1 a portal could not be read, or its schedule not be written.
`,
  settings: `policy-sync settings FILE: a deployment's settings, as variables that make a plan go by them

FILE holds what the stack gives as the output Settings. They are checked, and printed as NAME=value, one a line: so a
plan refuses what the deployment's function would refuse. Where one is wrong nothing is printed.

  --under PREFIX        for keys that only read: PREFIX stands before the names of all secrets

  policy-sync settings settings.json --under plan/ >> "$GITHUB_ENV"

Exit code: 0; 1 the file can't be read, or a setting is wrong.
`,
  playground: `policy-sync playground: a fleet on this machine to try all of it on

Starts portals and the function that keeps them, and stays. Writes playground/keys.yaml and playground/fleet.yaml for
the other commands, and takes lines that change portals, run a tick or let time pass: 'help' tells them. No account is
used. What you change in playground/ stays yours.

  policy-sync playground
  printf 'break acme\\ntick\\n' | policy-sync playground

Exit code: 0; 1 the folder can't be used, or a line of a script could not be done.
`,
  keys: `policy-sync keys pack KEYS --out DIR, keys check KEYS [FILE...]: many keys in few secrets; their troubles

A secret in AWS takes the keys of some 400 portals: a group. pack writes the groups' files into DIR, for you alone, and
prints the commands that store them. Keep DIR: what is in it stays where it is, new portals go where most room is.
check asks each portal how long its key lives, and with policies tells which keys nobody uses. No key is ever printed.

  KEYS                  a key file (YAML or JSON; an entry may have tags); with check also aws
  --out DIR             with pack: the folder for the groups' files; in a work tree of git only where git ignores it
  --json                with check: one JSON document
  --concurrency N|auto  with check: portals at once

  policy-sync keys pack keys.yaml --out ~/keys-in-groups | sh
  policy-sync keys check aws policies/*.yaml

SECRETS_PREFIX says where the secrets lie (default: docspace/portals/).

Exit code: 0; 1 a key needs you, or nothing could be written.
`,
};
