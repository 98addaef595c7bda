#include "runtime/program/program.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fmt/format.h>
#include <xxhash.h>

#include "runtime/base/limits.h"
#include "runtime/program/format_version.h"
#include "runtime/program/verifier.h"
#include "runtime/value/number.h"

namespace aslx {
namespace {

constexpr const char* kSectionNames[] = {
#define SECTION(kind, type, accessor) #accessor,
    ASLX_SECTIONS(SECTION)
#undef SECTION
};

constexpr size_t kRecordBytes[] = {
#define SECTION(kind, type, accessor) sizeof(type),
    ASLX_SECTIONS(SECTION)
#undef SECTION
};

tl::unexpected<Error> Refuse(std::string message) {
  return Fail(ErrorKind::kData, std::move(message));
}

Result<FileHeader> ReadHeader(std::span<const std::byte> bytes) {
  FileHeader header;
  if (bytes.size() < sizeof(header))
    return Refuse(fmt::format("program of {} bytes; a program file has at least {}", bytes.size(),
                              sizeof(header)));
  if (bytes.size() > limits::kProgramBytesMax)
    return Refuse(fmt::format("program of {} bytes; the engine loads at most {}", bytes.size(),
                              limits::kProgramBytesMax));
  std::memcpy(&header, bytes.data(), sizeof(header));
  if (std::memcmp(header.magic, kProgramMagic, sizeof(kProgramMagic)) != 0)
    return Refuse(
        "not a program file: the first 8 bytes are not \"\\x89ASLC\\r\\n\\x1a\"; expected the "
        "output of aslx compile");
  if (header.format_version != kFormatVersion)
    return Refuse(
        fmt::format("program compiled by format {}, this engine reads {}; compile the definition "
                    "again",
                    header.format_version, kFormatVersion));
  if (header.file_bytes != bytes.size())
    return Refuse(fmt::format("program of {} bytes whose header says {}; the file was cut or grew",
                              bytes.size(), header.file_bytes));
  if (header.section_count != kSectionCount)
    return Refuse(fmt::format("program with {} sections, format {} has {}", header.section_count,
                              kFormatVersion, kSectionCount));
  uint64_t checksum = XXH3_64bits(bytes.data() + sizeof(header), bytes.size() - sizeof(header));
  if (header.checksum != checksum)
    return Refuse(
        fmt::format("program with checksum {:016x} whose header says {:016x}; the file "
                    "is damaged",
                    checksum, header.checksum));
  return header;
}

/// Checks the section table: kinds in order, aligned, inside the file, not overlapping.
Result<std::vector<SectionEntry>> ReadSections(std::span<const std::byte> bytes) {
  size_t end = sizeof(FileHeader) + kSectionCount * sizeof(SectionEntry);
  if (bytes.size() < end)
    return Refuse(
        fmt::format("program of {} bytes; the section table alone ends at {}", bytes.size(), end));
  std::vector<SectionEntry> table(kSectionCount);
  std::memcpy(table.data(), bytes.data() + sizeof(FileHeader),
              kSectionCount * sizeof(SectionEntry));
  for (uint32_t i = 0; i < kSectionCount; ++i) {
    const SectionEntry& entry = table[i];
    if (static_cast<uint32_t>(entry.kind) != i)
      return Refuse(fmt::format("section {} of the program is of kind {}, expected {} ({})", i,
                                static_cast<uint32_t>(entry.kind), i, kSectionNames[i]));
    if (entry.offset % 16 != 0)
      return Refuse(fmt::format("section {} begins at byte {}, expected a multiple of 16",
                                kSectionNames[i], entry.offset));
    // A record count is below 2^32 and a record below 2^7 bytes: the product cannot overflow.
    uint64_t size = uint64_t{entry.record_count} * kRecordBytes[i];
    if (entry.offset < end || entry.offset > bytes.size() || size > bytes.size() - entry.offset)
      return Refuse(fmt::format("section {} takes bytes {} to {}, expected a place within {} to {}",
                                kSectionNames[i], entry.offset, entry.offset + size, end,
                                bytes.size()));
    end = entry.offset + size;
  }
  return table;
}

// The smaller of TimeoutSeconds and what an Express execution may take.
int64_t DurationNs(const MachineRecord& machine) {
  int64_t duration_ms =
      machine.type == MachineType::kExpress ? limits::kExpressDurationMsMax : INT64_MAX / 4'000'000;
  if (machine.timeout_seconds != kNoIndex)
    duration_ms = std::min(duration_ms, int64_t{machine.timeout_seconds} * 1000);
  return duration_ms * 1'000'000;
}

}  // namespace

Result<std::shared_ptr<const Program>> Program::Load(std::vector<std::byte> bytes) {
  Result<FileHeader> header = ReadHeader(bytes);
  if (!header) return tl::unexpected<Error>(header.error());
  Result<std::vector<SectionEntry>> table = ReadSections(bytes);
  if (!table) return tl::unexpected<Error>(table.error());

  std::shared_ptr<Program> program(new Program);
  program->bytes_ = std::move(bytes);
  uint32_t index = 0;
#define SECTION(kind, type, accessor)                                                 \
  program->accessor##_ = {                                                            \
      reinterpret_cast<const type*>(program->bytes_.data() + (*table)[index].offset), \
      (*table)[index].record_count};                                                  \
  ++index;
  ASLX_SECTIONS(SECTION)
#undef SECTION
  program->template_table_ = {program->template_nodes_.data(), program->template_members_.data(),
                              program->template_parts_.data(), program->text_.data()};
  uint32_t slot_count = program->machines_.empty() ? 0 : program->machines_[0].slot_count;
  program->read_set_ = {program->read_set_nodes_.data(),
                        static_cast<uint32_t>(program->read_set_nodes_.size()), slot_count,
                        program->text_.data()};
  Result<void> verified = Verify(*program);
  if (!verified) return tl::unexpected<Error>(verified.error());
  program->duration_ns_ = DurationNs(program->machine());
  program->key_marks_ = KeyMarksOf(program->read_set_);
  program->read_set_.key_marks = program->key_marks_.data();
  program->constant_values_.reserve(program->constants_.size());
  for (uint32_t i = 0; i < program->constants_.size(); ++i)
    program->constant_values_.push_back(WithShortInteger(program->ReadConstant(i)));
  program->fused_ = FuseCode(*program);
  return std::shared_ptr<const Program>(std::move(program));
}

Result<std::shared_ptr<const Program>> Program::LoadFile(const char* path) {
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path, "rb"), &std::fclose);
  if (file == nullptr)
    return Refuse(fmt::format("{}: cannot be opened: {}", path, std::strerror(errno)));
  std::vector<std::byte> bytes;
  size_t size = 0;
  do {
    bytes.resize(size + 64 * 1024);
    size += std::fread(bytes.data() + size, 1, bytes.size() - size, file.get());
  } while (size == bytes.size() && size <= limits::kProgramBytesMax);
  if (std::ferror(file.get()) != 0)
    return Refuse(fmt::format("{}: cannot be read: {}", path, std::strerror(errno)));
  bytes.resize(size);
  Result<std::shared_ptr<const Program>> program = Load(std::move(bytes));
  if (!program)
    return Fail(program.error().kind, fmt::format("{}: {}", path, program.error().message));
  return program;
}

Value Program::ReadConstant(uint32_t index) const {
  const ConstantRecord& record = constants_[index];
  std::string_view contents = TextOf(record.text);
  auto type = static_cast<Type>(record.type);
  if (type == Type::kNull) return Value::Null();
  if (type == Type::kBool) return Value::Bool(contents == "true");
  return Value::Text(type, record.flags, contents, record.height);
}

uint64_t Program::source_hash() const {
  FileHeader header;
  std::memcpy(&header, bytes_.data(), sizeof(header));
  return header.source_hash;
}

}  // namespace aslx
