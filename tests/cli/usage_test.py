"""The command line as a whole: help with an example everywhere, wrong usage, versions, completion."""
import json

from program import PASS, ProgramTest

COMMANDS = ("check", "compile", "disasm", "exec", "run", "bench", "dlq", "version", "completion")


class UsageTest(ProgramTest):
    def test_help_of_the_program_names_every_command(self):
        done = self.aslx("--help", code=0)
        for command in COMMANDS:
            self.assertIn(command, done.out)
        self.assertIn("Example", done.out)

    def test_help_of_every_command_has_an_example(self):
        for command in COMMANDS:
            with self.subTest(command):
                done = self.aslx(command, "--help", code=0)
                self.assertIn("Example", done.out)
                self.assertIn(f"aslx {command}", done.out)

    def test_help_fits_a_terminal_of_100_columns(self):
        for command in ([], *([command] for command in COMMANDS), ["dlq", "list"], ["dlq", "show"], ["dlq", "replay"]):
            with self.subTest(command):
                wide = [line for line in self.aslx(*command, "--help", code=0).out.splitlines() if len(line) > 100]
                self.assertEqual(wide, [])

    def test_wrong_usage_exits_with_2_and_talks_on_standard_error(self):
        definition = self.file("d.asl.json", PASS)
        for arguments in ([], ["nonsense"], ["check"], ["exec"], ["run"], ["check", definition, "--nonsense"],
                          ["check", definition, "--type", "FAST"], ["exec", definition, "--report", "xml"],
                          ["exec", definition, "--substitute", "NoEqualsSign"], ["completion", "csh"],
                          ["dlq"], ["dlq", "list"], ["dlq", "show", "p.yaml"], ["dlq", "delete", "p.yaml"],
                          ["dlq", "replay", "p.yaml"], ["dlq", "list", "p.yaml", "--yes"],
                          ["dlq", "list", "p.yaml", "--since", "1y"]):
            with self.subTest(arguments=arguments):
                done = self.aslx(*arguments, code=2)
                self.assertEqual(done.out, "")
                self.assertTrue(done.err.startswith("aslx: "), done.err)

    def test_a_command_that_there_is_not_is_named(self):
        self.assertIn("'bogus' is no command of aslx;", self.aslx("bogus", "x.json", code=2).err)
        self.assertIn("'--bogus' is no option of aslx;", self.aslx("--bogus", code=2).err)
        self.assertIn("'delete' is no command of aslx dlq; see aslx dlq --help", self.aslx("dlq", "delete", "p.yaml", code=2).err)

    def test_a_limit_is_a_whole_number_from_1(self):
        for command in (["list"], ["replay", "--all"]):
            for limit in ("0", "-1", "1.5", "1x", "18446744073709551616"):
                with self.subTest(command=command, limit=limit):
                    done = self.aslx("dlq", *command, "nowhere.yaml", "--limit", limit, code=2)
                    self.assertIn(f"--limit: expected a whole number from 1, found '{limit}'", done.err)
        # Accepted: what is wrong then is the configuration.
        self.assertIn("nowhere.yaml", self.aslx("dlq", "list", "nowhere.yaml", "--limit", "1", code=78).err)

    def test_a_folder_is_no_file(self):
        for command in (["check", "."], ["compile", ".", "-o", "x"], ["exec", "."], ["disasm", "."]):
            with self.subTest(command):
                self.assertIn("Is a directory", self.aslx(*command, code=2).err)
        self.assertIn("Is a directory", self.aslx("run", ".", code=78).err)

    def test_a_configuration_that_is_not_there(self):
        self.assertIn("cannot read nowhere.yaml: No such file or directory", self.aslx("run", "nowhere.yaml", code=78).err)

    def test_what_is_not_expected_is_named_in_its_order(self):
        done = self.aslx("bench", "x.asl.json", "y", "--evnt", "{}", code=2)
        self.assertEqual(done.err, "aslx: not expected: y --evnt {}; see aslx bench --help\n")

    def test_version(self):
        self.assertRegex(self.aslx("version", code=0).out, r"^aslx \d+\.\d+\.\d+")
        self.assertRegex(self.aslx("--version", code=0).out, r"^aslx \d+\.\d+\.\d+")

    def test_completion_knows_commands_and_options(self):
        for shell in ("bash", "zsh", "fish"):
            with self.subTest(shell):
                out = self.aslx("completion", shell, code=0).out
                for word in ("check", "exec", "virtual-time", "dlq", "since"):
                    self.assertIn(word, out)


class ProgramFileTest(ProgramTest):
    def compiled(self):
        self.aslx("compile", self.file("d.asl.json", PASS), "--output", self.path("d.aslc"), code=0)
        with open(self.path("d.aslc"), "rb") as file:
            return file.read()

    def test_compile_puts_the_program_beside_the_definition(self):
        self.aslx("compile", self.file("d.asl.json", PASS), code=0)
        self.aslx("disasm", self.path("d.aslc"), code=0)

    def test_compiling_twice_gives_the_same_bytes(self):
        self.assertEqual(self.compiled(), self.compiled())

    def test_disasm_names_the_states(self):
        self.compiled()
        out = self.aslx("disasm", self.path("d.aslc"), code=0).out
        self.assertIn("A", out)

    def test_a_program_is_no_definition(self):
        program = self.compiled()
        for name in ("d.aslc", "d.json", "d.yaml"):
            for command in (["check"], ["compile", "--output", self.path("x.aslc")]):
                with self.subTest(name, command=command):
                    done = self.aslx(*command, self.file(name, program), code=2)
                    self.assertIn(f"{name} is a compiled program", done.err)
                    self.assertEqual(done.out, "")

    def test_a_refused_definition_leaves_no_program(self):
        done = self.aslx("compile", self.file("bad.asl.json", json.dumps({"States": {}})), "--output", self.path("bad.aslc"))
        self.assertIn(done.code, (1, 65))
        with self.assertRaises(FileNotFoundError):
            open(self.path("bad.aslc"), "rb")

    def test_damaged_programs_are_refused_with_a_reason(self):
        data = self.compiled()
        damaged = {"empty": b"", "magic": b"XXXX" + data[4:], "half": data[:len(data) // 2], "one byte short": data[:-1],
                   "one byte more": data + b"\0", "a bit flipped": data[:-9] + bytes([data[-9] ^ 1]) + data[-8:],
                   "text": b"{}" * 200}
        for name, content in damaged.items():
            for command in ("disasm", "exec"):
                with self.subTest(name, command=command):
                    done = self.aslx(command, self.file("x.aslc", content), code=65)
                    self.assertEqual(done.out, "")
                    self.assertNotEqual(done.err.strip(), "")

    def test_no_byte_of_a_program_can_be_changed_without_an_error(self):
        """But for the hash of the definition that it came from, which any program may have."""
        data = self.compiled()
        step = max(1, len(data) // 64)
        for at in (*range(0, 32, 3), *range(48, len(data), step)):
            content = data[:at] + bytes([data[at] ^ 0x5a]) + data[at + 1:]
            with self.subTest(at=at):
                self.aslx("exec", self.file("x.aslc", content), code=65)
