// Our reader and a splice by hand: every byte of the event validated, no bytecode.
#include <span>
#include <string>
#include <vector>

#include "bench/inprocess/splices.h"
#include "bench/inprocess/way.h"
#include "runtime/base/limits.h"
#include "runtime/value/json_reader.h"

namespace aslx::bench {
namespace {

/// The read set of a list of fields; it owns what it refers to.
class FieldSet {
 public:
  explicit FieldSet(std::span<const Field> fields) {
    nodes_.push_back({0, 0, kNoNode, kNoNode, kNoSlot, 0});
    uint32_t object = 0;
    std::string_view open;
    for (size_t i = 0; i < fields.size(); ++i) {
      if (!fields[i].object.empty() && fields[i].object != open) {
        open = fields[i].object;
        object = AddBelow(0, open, kNoSlot);
      }
      AddBelow(fields[i].object.empty() ? 0 : object, fields[i].key, static_cast<uint16_t>(i));
    }
    set_ = {nodes_.data(), static_cast<uint32_t>(nodes_.size()),
            static_cast<uint32_t>(fields.size()), keys_.data(), nullptr};
    marks_ = KeyMarksOf(set_);
    set_.key_marks = marks_.data();
  }
  FieldSet(const FieldSet&) = delete;
  FieldSet& operator=(const FieldSet&) = delete;

  const ReadSet* set() const { return &set_; }

 private:
  uint32_t AddBelow(uint32_t parent, std::string_view key, uint16_t slot) {
    const auto added = static_cast<uint32_t>(nodes_.size());
    uint32_t* link = &nodes_[parent].first_child;
    while (*link != kNoNode)
      link = &nodes_[*link].next_sibling;
    *link = added;
    nodes_.push_back({static_cast<uint32_t>(keys_.size()), static_cast<uint32_t>(key.size()),
                      kNoNode, kNoNode, slot, 0});
    keys_ += key;
    return added;
  }

  std::vector<ReadSetNode> nodes_;
  std::string keys_;
  std::vector<uint64_t> marks_;
  ReadSet set_;
};

/// The JSON text of a value that the reader left as it stood.
std::string_view TextOf(const Value& value) {
  switch (value.type) {
    case Type::kString: return {value.text - 1, value.size + 2};
    case Type::kBool: return value.truth() ? "true" : "false";
    case Type::kNull: return "null";
    case Type::kNumber:
    case Type::kArray:
    case Type::kObject: return {value.text, value.size};
    case Type::kUndefined: break;
  }
  ASLX_CHECK(false);
}

template <typename ByHand>
class HandWritten final : public Way {
 public:
  HandWritten() : output_(limits::kPayloadBytesMax) {}

  std::string_view Run(std::string_view event) override {
    Value slots[std::size(ByHand::kFields)];
    Value root;
    const JsonError error = reader_.Read(event, fields_.set(), slots, &root);
    ASLX_CHECK(error.kind == JsonError::Kind::kNone);
    std::string_view texts[std::size(slots)];
    for (size_t i = 0; i < std::size(slots); ++i)
      texts[i] = TextOf(slots[i]);
    return {output_.data(), hand_.Splice(texts, event, output_.data())};
  }

 private:
  FieldSet fields_{ByHand::kFields};
  JsonReader reader_;
  std::vector<char> output_;
  ByHand hand_;
};

}  // namespace

std::unique_ptr<Way> MakeHandWritten(const Workload& workload) {
  return MakeByHand<HandWritten>(workload);
}

}  // namespace aslx::bench
