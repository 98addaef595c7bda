// Loading: what a damaged file is refused with, and that an untouched one comes back as it was
// built.
#include "runtime/program/program.h"

#include <cstdio>
#include <cstring>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/base/limits.h"
#include "runtime/program/format_version.h"
#include "runtime/value/json_writer.h"
#include "tests/unit/program/sample_program.h"

namespace aslx {
namespace {

using ::testing::HasSubstr;

std::string RefusalOf(std::vector<std::byte> bytes) {
  Result<std::shared_ptr<const Program>> program = Program::Load(std::move(bytes));
  return program ? "accepted" : program.error().message;
}

template <typename T>
void Put(std::vector<std::byte>* bytes, size_t offset, T value) {
  std::memcpy(bytes->data() + offset, &value, sizeof(value));
}

TEST(ProgramTest, Load_Accepts_WhatTheBuilderMade) {
  for (ProgramBuilder builder : {SmallestProgram(), SampleProgram()}) {
    Result<std::shared_ptr<const Program>> program = Program::Load(builder.Finish(77));
    ASSERT_TRUE(program.has_value()) << program.error().message;
    EXPECT_EQ((*program)->source_hash(), 77u);
    EXPECT_EQ((*program)->code().size(), builder.code.size());
    EXPECT_EQ((*program)->states().size(), builder.states.size());
  }
}

TEST(ProgramTest, Load_SaysWhatIsWrong_WhenBytesAreDamaged) {
  struct Case {
    const char* name;
    void (*damage)(std::vector<std::byte>*);
    bool fix_checksum;
    const char* expected;
  };
  const Case cases[] = {
      {"empty", [](auto* b) { b->clear(); }, false,
       "program of 0 bytes; a program file has at least 48"},
      {"magic", [](auto* b) { (*b)[0] = std::byte{'{'}; }, false, "not a program file"},
      {"version", [](auto* b) { Put(b, offsetof(FileHeader, format_version), kFormatVersion + 1); },
       false, "this engine reads"},
      {"cut", [](auto* b) { b->resize(b->size() - 16); }, false, "the file was cut or grew"},
      {"section count", [](auto* b) { Put(b, offsetof(FileHeader, section_count), 2u); }, false,
       "program with 2 sections"},
      {"bit flip", [](auto* b) { b->back() ^= std::byte{1}; }, false, "the file is damaged"},
      {"section kind", [](auto* b) { Put(b, sizeof(FileHeader), 9u); }, true,
       "section 0 of the program is of kind 9, expected 0 (machines)"},
      {"section offset", [](auto* b) { Put(b, sizeof(FileHeader) + 8, uint64_t{7}); }, true,
       "section machines begins at byte 7, expected a multiple of 16"},
      {"section count of records", [](auto* b) { Put(b, sizeof(FileHeader) + 4, UINT32_MAX); },
       true, "section machines takes bytes"},
      {"section before the table", [](auto* b) { Put(b, sizeof(FileHeader) + 8, uint64_t{16}); },
       true, "section machines takes bytes 16 to"},
  };
  for (const Case& c : cases) {
    std::vector<std::byte> bytes = SampleProgram().Finish(0);
    c.damage(&bytes);
    if (c.fix_checksum) FixChecksum(&bytes);
    EXPECT_THAT(RefusalOf(bytes), HasSubstr(c.expected)) << c.name;
  }
}

TEST(ProgramTest, LoadFile_NamesTheFile_WhenItIsRefused) {
  std::filesystem::path path = std::filesystem::path(testing::TempDir()) / "broken.aslc";
  std::FILE* file = std::fopen(path.c_str(), "wb");
  ASSERT_NE(file, nullptr);
  std::fputs("{}", file);
  std::fclose(file);
  Result<std::shared_ptr<const Program>> program = Program::LoadFile(path.c_str());
  ASSERT_FALSE(program.has_value());
  EXPECT_THAT(program.error().message, HasSubstr("broken.aslc: program of 2 bytes"));
  std::filesystem::remove(path);
  program = Program::LoadFile(path.c_str());
  ASSERT_FALSE(program.has_value());
  EXPECT_THAT(program.error().message, HasSubstr("cannot be opened"));
}

TEST(ProgramTest, Constants_KeepTheirText) {
  const char* cases[] = {"null",    "true", "false",    "0",
                         "-1.50e3", "\"\"", "\"a\"",    "\"\\u00e9\\n\"",
                         "[]",      "{}",   "[1, [2]]", "{\"a\":{\"b\":[]}}"};
  ProgramBuilder builder = SmallestProgram();
  for (const char* json : cases)
    builder.Constant(json);
  uint32_t again = builder.Constant("[1, [2]]");
  EXPECT_EQ(builder.constants.size(), std::size(cases));
  Result<std::shared_ptr<const Program>> program = Program::Load(builder.Finish(0));
  ASSERT_TRUE(program.has_value()) << program.error().message;
  for (uint32_t i = 0; i < std::size(cases); ++i)
    EXPECT_EQ(JsonString((*program)->ConstantAt(i)), cases[i]);
  EXPECT_EQ((*program)->ConstantAt(again).height, 2);
}

TEST(ProgramTest, Builder_IsDeterministic) {
  EXPECT_EQ(SampleProgram().Finish(1), SampleProgram().Finish(1));
}

}  // namespace
}  // namespace aslx
