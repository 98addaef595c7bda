#include "runtime/value/json_writer.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "runtime/base/check.h"
#include "runtime/base/limits.h"
#include "runtime/value/number.h"
#include "runtime/value/template.h"

namespace aslx {
namespace {

// The span of JSON text that a raw string or container is.
std::string_view RawText(const Value& value) {
  if (value.type == Type::kString) return {value.text - 1, size_t{value.size} + 2};
  return value.text_view();
}

// Both ends of `size` bytes, which overlap: from one to two times sizeof(Block).
template <typename Block>
inline void CopyEnds(char* to, const char* from, size_t size) {
  Block head;
  Block tail;
  std::memcpy(&head, from, sizeof(Block));
  std::memcpy(&tail, from + size - sizeof(Block), sizeof(Block));
  std::memcpy(to, &head, sizeof(Block));
  std::memcpy(to + size - sizeof(Block), &tail, sizeof(Block));
}

// Copies of up to 32 bytes are most of them; two moves instead of a call.
inline void CopyBytes(char* to, const char* from, size_t size) {
  struct Bytes16 {
    char bytes[16];
  };
  if (size >= 16) {
    if (size <= 32) {
      CopyEnds<Bytes16>(to, from, size);
    } else {
      std::memcpy(to, from, size);
    }
  } else if (size >= 8) {
    CopyEnds<uint64_t>(to, from, size);
  } else if (size >= 4) {
    CopyEnds<uint32_t>(to, from, size);
  } else if (size >= 2) {
    CopyEnds<uint16_t>(to, from, size);
  } else if (size == 1) {
    *to = *from;
  }
}

// Where a text goes: a buffer of limited size, a count, or a std::string.
class BufferSink {
 public:
  BufferSink(char* buffer, size_t capacity)
      : start_(buffer), at_(buffer), end_(buffer + capacity) {}
  bool Put(const char* text, size_t size) {
    if (static_cast<size_t>(end_ - at_) < size) return false;
    CopyBytes(at_, text, size);
    at_ += size;
    return true;
  }
  size_t size() const { return static_cast<size_t>(at_ - start_); }

 private:
  char* start_;
  char* at_;
  char* end_;
};

class CountSink {
 public:
  explicit CountSink(size_t bytes_max) : bytes_max_(bytes_max) {}
  bool Put(const char*, size_t size) {
    size_ += size;
    return size_ <= bytes_max_;
  }
  size_t size() const { return size_; }

 private:
  size_t bytes_max_;
  size_t size_ = 0;
};

class StringSink {
 public:
  explicit StringSink(std::string* out) : out_(out) {}
  bool Put(const char* text, size_t size) {
    out_->append(text, size);
    return true;
  }

 private:
  std::string* out_;
};

// The letter after the backslash, 'u' for those without one of their own, 0 for no escape.
char EscapeLetter(char c) {
  switch (c) {
    case '"': return '"';
    case '\\': return '\\';
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    default: return static_cast<unsigned char>(c) < 0x20 ? 'u' : '\0';
  }
}

template <typename Sink>
bool PutQuoted(std::string_view contents, Sink& sink) {
  if (!sink.Put("\"", 1)) return false;
  size_t plain = 0;  // start of what needs no escape
  for (size_t i = 0; i < contents.size(); ++i) {
    const char letter = EscapeLetter(contents[i]);
    if (letter == 0) continue;
    if (!sink.Put(contents.data() + plain, i - plain)) return false;
    plain = i + 1;
    const auto byte = static_cast<unsigned char>(contents[i]);
    const char escape[6] = {'\\',
                            letter,
                            '0',
                            '0',
                            static_cast<char>('0' + (byte >> 4)),
                            "0123456789ABCDEF"[byte & 0xF]};
    if (!sink.Put(escape, letter == 'u' ? 6 : 2)) return false;
  }
  return sink.Put(contents.data() + plain, contents.size() - plain) && sink.Put("\"", 1);
}

// A container that is being written. No constructor: a thousand of them would cost more than most
// texts.
struct Frame {
  const Value* container;
  uint32_t next;  // item, member, or part
};

template <typename Sink>
class Writer {
 public:
  explicit Writer(Sink& sink) : sink_(sink) {}

  bool Write(const Value& value) {
    if (!Begin(value)) return false;
    while (depth_ > 0) {
      Frame& frame = frames_[depth_ - 1];
      if (!(frame.container->is_template() ? TemplateStep(frame) : OpenedStep(frame))) return false;
    }
    return true;
  }

 private:
  // Writes a value that has no parts, or makes a frame for it.
  bool Begin(const Value& value) {
    if (value.raw()) {
      const std::string_view text = RawText(value);
      return sink_.Put(text.data(), text.size());
    }
    switch (value.type) {
      case Type::kNull: return sink_.Put("null", 4);
      case Type::kBool: return value.truth() ? sink_.Put("true", 4) : sink_.Put("false", 5);
      case Type::kNumber: return PutNumber(value);
      case Type::kString: return PutQuoted(value.text_view(), sink_);
      case Type::kArray:
      case Type::kObject: break;
      case Type::kUndefined: ASLX_CHECK(!"an undefined value inside a document"); break;
    }
    ASLX_CHECK(depth_ < limits::kJsonDepthMax);
    frames_[depth_].container = &value;
    frames_[depth_].next = 0;
    ++depth_;
    if (value.is_template()) return true;
    return sink_.Put(value.type == Type::kObject ? "{" : "[", 1);
  }

  bool PutNumber(const Value& value) {
    char digits[40];  // 32 are used; the compiler cannot see that
    if ((value.flags & value_flags::kReal) != 0)
      return sink_.Put(digits, WriteReal(value.real, digits));
    const auto result = std::to_chars(digits, digits + sizeof digits, value.integer);
    return sink_.Put(digits, static_cast<size_t>(result.ptr - digits));
  }

  // Writes literals and holes until a hole needs a frame of its own, or the node ends.
  bool TemplateStep(Frame& frame) {
    const TemplateInstance& instance = *frame.container->instance;
    const TemplateTable& table = *instance.table;
    const TemplateNode& node = table.nodes[frame.container->size];
    const uint32_t depth = depth_;
    while (frame.next < node.part_count) {
      const TemplatePart& part = table.parts[node.first_part + frame.next++];
      if (!sink_.Put(table.text + part.literal_offset, part.literal_size)) return false;
      if (part.hole == kNoHole) continue;
      const Value& hole = instance.holes()[part.hole];
      if (hole.raw()) {  // nearly always
        const std::string_view text = RawText(hole);
        if (!sink_.Put(text.data(), text.size())) return false;
        continue;
      }
      if (!Begin(hole)) return false;
      if (depth_ != depth) return true;
    }
    --depth_;
    return true;
  }

  bool OpenedStep(Frame& frame) {
    const Value& container = *frame.container;
    const bool is_object = container.type == Type::kObject;
    const uint32_t depth = depth_;
    while (frame.next < container.size) {
      const uint32_t i = frame.next++;
      if (i > 0 && !sink_.Put(",", 1)) return false;
      if (is_object) {
        const Member& member = container.members[i];
        if (!Begin(member.key) || !sink_.Put(":", 1)) return false;
      }
      if (!Begin(is_object ? container.members[i].value : container.items[i])) return false;
      if (depth_ != depth) return true;
    }
    --depth_;
    return sink_.Put(is_object ? "}" : "]", 1);
  }

  Sink& sink_;
  uint32_t depth_ = 0;
  Frame frames_[limits::kJsonDepthMax];
};

template <typename Sink>
bool WriteTo(const Value& value, Sink& sink) {
  Writer<Sink> writer(sink);
  return writer.Write(value);
}

// Not inline: most texts need none of its frames.
[[gnu::noinline]] size_t WriteAny(const Value& value, char* buffer, size_t capacity) {
  BufferSink sink(buffer, capacity);
  return WriteTo(value, sink) ? sink.size() : SIZE_MAX;
}

// Literals and holes in turn, one check of the room for both where the hole is raw, as most are.
size_t WriteTemplate(const Value& value, char* buffer, size_t capacity) {
  const TemplateInstance& instance = *value.instance;
  const TemplateTable& table = *instance.table;
  const TemplateNode& node = table.nodes[value.size];
  const TemplatePart* part = table.parts + node.first_part;
  const TemplatePart* const parts_end = part + node.part_count;
  const char* const text = table.text;
  char* at = buffer;
  const char* const end = buffer + capacity;
  for (; part != parts_end; ++part) {
    const TemplatePart next = *part;  // read once: the compiler cannot know what is written to
    const Value* const hole = next.hole == kNoHole ? nullptr : &instance.holes()[next.hole];
    const auto room = static_cast<size_t>(end - at);
    if (hole == nullptr || !hole->raw()) {
      if (next.literal_size > room) return SIZE_MAX;
      CopyBytes(at, text + next.literal_offset, next.literal_size);
      at += next.literal_size;
      if (hole == nullptr) continue;
      const size_t hole_size = WriteAny(*hole, at, static_cast<size_t>(end - at));
      if (hole_size == SIZE_MAX) return SIZE_MAX;
      at += hole_size;
      continue;
    }
    const size_t quote = hole->type == Type::kString ? 1 : 0;
    const size_t hole_size = size_t{hole->size} + 2 * quote;
    const char* const hole_text = hole->text - quote;
    if (next.literal_size + hole_size > room) return SIZE_MAX;
    CopyBytes(at, text + next.literal_offset, next.literal_size);
    at += next.literal_size;
    CopyBytes(at, hole_text, hole_size);
    at += hole_size;
  }
  return static_cast<size_t>(at - buffer);
}

}  // namespace

size_t JsonTextBytes(const Value& value, size_t bytes_max) {
  if (value.raw()) return RawText(value).size();
  CountSink sink(bytes_max);
  WriteTo(value, sink);
  return sink.size();
}

size_t WriteJson(const Value& value, char* buffer, size_t capacity) {
  return value.is_template() ? WriteTemplate(value, buffer, capacity)
                             : WriteAny(value, buffer, capacity);
}

std::string_view JsonText(const Value& value, Arena& arena) {
  if (value.raw()) return RawText(value);
  const size_t size = JsonTextBytes(value, SIZE_MAX);
  char* text = arena.AllocateArray<char>(size);
  ASLX_CHECK(WriteJson(value, text, size) == size);
  return {text, size};
}

std::string JsonString(const Value& value) {
  std::string out;
  StringSink sink(&out);
  WriteTo(value, sink);
  return out;
}

void AppendQuoted(std::string_view text, std::string* out) {
  StringSink sink(out);
  PutQuoted(text, sink);
}

}  // namespace aslx
