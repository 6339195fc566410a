// Replays recordings of Chrome's Recorder with Puppeteer: node replay.mjs BROWSER FILE; exit code 1 where one fails.
import { readFileSync } from 'node:fs';
import { createRunner, parse, PuppeteerRunnerExtension } from '@puppeteer/replay';
import puppeteer from 'puppeteer-core';

const [executablePath, file] = process.argv.slice(2);
const flow = parse(JSON.parse(readFileSync(file, 'utf-8')));
// Where nobody says otherwise, a browser without a window downloads nothing.
const downloadBehavior = { policy: 'allow', downloadPath: process.cwd() };
const args = ['--no-sandbox', '--lang=en-US'];
const browser = await puppeteer.launch({ executablePath, downloadBehavior, args });
try {
  const page = await browser.newPage();
  page.on('dialog', dialog => dialog.accept());
  const runner = await createRunner(flow, new PuppeteerRunnerExtension(browser, page, { timeout: flow.timeout }));
  await runner.run();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await browser.close();
}
