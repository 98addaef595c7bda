// JSON text in, StateMachine.run, JSON text out, one execution after the other, as the package's README shows it.
'use strict';

const fs = require('node:fs');
const { StateMachine } = require(`${process.env.TARGET}/node_modules/aws-local-stepfunctions`);

async function main({ DEFINITION, EVENTS, DISTINCT, COUNT, OUTPUTS }) {
  const machine = new StateMachine(JSON.parse(fs.readFileSync(DEFINITION, 'utf8')));
  const distinct = Number(DISTINCT);
  const count = Number(COUNT);
  const events = fs.readFileSync(EVENTS, 'utf8').split('\n').slice(0, distinct);
  const outputs = [];
  for (let number = 0; number < count; ++number) {
    if (number === count * 0.5 || number === count * 0.9) fs.writeSync(1, `${number}\n`);
    const output = JSON.stringify(await machine.run(JSON.parse(events[number % distinct])).result);
    if (number < distinct) outputs.push(output);
    if (number === distinct) fs.writeFileSync(OUTPUTS, outputs.splice(0).join('\n') + '\n');
  }
}

main(process.env).catch((error) => {
  console.error(error);
  process.exit(1);
});
