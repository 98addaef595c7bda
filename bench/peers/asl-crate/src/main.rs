//! StateMachine::start, one execution after the other, on values that were parsed before, as it wants them.
use std::env;
use std::fs;
use std::hint::black_box;
use std::io::{stdout, Write};

use asl::asl::execution::{Execution, ExecutionStatus, StateExecutionHandler};
use asl::asl::state_machine::StateMachine;
use asl::asl::types::execution::EmptyContext;
use serde_json::Value;

struct NoTasks {}

impl StateExecutionHandler for NoTasks {
    type TaskExecutionError = String;

    fn execute_task(
        &self,
        resource: &str,
        _input: &Value,
        _credentials: Option<&Value>,
    ) -> Result<Option<Value>, String> {
        Err(format!("no task is expected, and this is one: {resource}"))
    }
}

fn execute(machine: &StateMachine, input: &Value) -> Value {
    let execution: Execution<NoTasks, EmptyContext> = machine.start(input, NoTasks {}, EmptyContext {});
    match execution.last().expect("a machine has a state").status {
        ExecutionStatus::FinishedWithSuccess(Some(output)) => output,
        other => panic!("{input}: {other:?}"),
    }
}

fn number(name: &str) -> usize {
    let text = env::var(name).unwrap_or_else(|_| panic!("{name} is not set"));
    text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}"))
}

fn main() {
    let definition = fs::read_to_string(env::var("DEFINITION").unwrap()).expect("the definition");
    let machine = StateMachine::parse(&definition).expect("a state machine");
    let (distinct, count) = (number("DISTINCT"), number("COUNT"));
    let text = fs::read_to_string(env::var("EVENTS").unwrap()).expect("the events");
    let parsed = |line| serde_json::from_str(line).expect("an event is JSON");
    let events: Vec<Value> = text.lines().take(distinct).map(parsed).collect();
    let mut outputs: Vec<String> = Vec::new();
    for number in 0..count {
        if number == count / 10 * 5 || number == count / 10 * 9 {
            println!("{number}");
            stdout().flush().expect("standard output");
        }
        let output = execute(&machine, &events[number % distinct]);
        if number < distinct {
            outputs.push(output.to_string());
        } else if number == distinct {
            outputs.push(String::new());
            fs::write(env::var("OUTPUTS").unwrap(), outputs.join("\n")).expect("the outputs");
            outputs.clear();
        } else {
            black_box(output);
        }
    }
}
