#!/usr/bin/env python3
"""Builds the simulator with one seeded bug: mutations/NAME.patch on copies of the sources it names.

usage: mutation.py --list
       mutation.py NAME        prints the path of the program

The copies lie below build/mutations/NAME. They are compiled with the commands of the release build,
and linked in front of its libraries, which then have nothing to add. Only .cc files may be patched:
a header would have to be compiled into everything that includes it. A patch that does not apply any
more is an error, exit status 70.
"""
import json
import os
import re
import shlex
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PATCHES = os.path.join(ROOT, "tests", "sim", "mutations")
BUILD = os.path.join(ROOT, "build", "release")
PROGRAM = "tests/sim/aslx_sim"


def fail(message):
    print(f"mutation: {message}", file=sys.stderr)
    sys.exit(70)


def run(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        fail(f"{shlex.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def names():
    return sorted(name.removesuffix(".patch") for name in os.listdir(PATCHES) if name.endswith(".patch"))


def copy_and_patch(name, folder):
    """The patched copies, by their path in the tree."""
    patch = os.path.join(PATCHES, f"{name}.patch")
    with open(patch, encoding="utf-8") as file:
        text = file.read()
    paths = re.findall(r"^\+\+\+ b/(\S+)$", text, re.M)
    if not text.startswith("# ") or not paths:
        fail(f"{patch}: expected a first line `# what it breaks` and a unified diff behind it")
    for path in paths:
        if not path.endswith(".cc"):
            fail(f"{patch}: {path}: only .cc files may be patched")
        to = os.path.join(folder, path)
        os.makedirs(os.path.dirname(to), exist_ok=True)
        with open(os.path.join(ROOT, path), "rb") as source, open(to, "wb") as copy:
            copy.write(source.read())
    run(["patch", "--quiet", "--strip=1", "--fuzz=0", f"--directory={folder}", f"--input={patch}"])
    return paths


def compile_copy(folder, path, commands):
    source = os.path.join(ROOT, path)
    if source not in commands:
        fail(f"{path}: the release build does not compile it")
    arguments = shlex.split(commands[source])
    made = os.path.join(folder, path + ".o")
    arguments[arguments.index("-o") + 1] = made
    arguments[arguments.index(source)] = os.path.join(folder, path)
    # What a bug leaves unused is no error here.
    run([*arguments, "-Wno-error"], cwd=BUILD)
    return made


def link(objects, program):
    """The link command of the release build, with these objects in front of everything else."""
    last = run(["ninja", "-C", BUILD, "-t", "commands", PROGRAM]).strip().split("\n")[-1]
    command = last.removeprefix(": && ").removesuffix(" && :")
    before, found, behind = command.partition(f" -o {PROGRAM} ")
    if not found:
        fail(f"the link command of {PROGRAM} is not as expected: {last}")
    run([*shlex.split(before), "-o", program, *objects, *shlex.split(behind)], cwd=BUILD)


def build(name):
    if name not in names():
        fail(f"unknown mutation '{name}', expected one of {', '.join(names())}")
    folder = os.path.join(ROOT, "build", "mutations", name)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(BUILD, "compile_commands.json"), encoding="utf-8") as file:
        commands = {entry["file"]: entry["command"] for entry in json.load(file)}
    objects = [compile_copy(folder, path, commands) for path in copy_and_patch(name, folder)]
    program = os.path.join(folder, "aslx_sim")
    link(objects, program)
    return program


def main():
    if sys.argv[1:] == ["--list"]:
        print("\n".join(names()))
    elif len(sys.argv) == 2 and not sys.argv[1].startswith("-"):
        print(build(sys.argv[1]))
    else:
        print(__doc__, file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
