// A text with placeholders, from which events and keys are generated: the same seed gives the same
// texts on every machine.
//
// What it is not: a language of its own. Outside of `{{…}}` every byte stands for itself, and there
// are no conditions. kPlaceholders says what there is.
// Who uses it: EventPool. Thread: its owner's; used before anything is measured.
// Memory: owns its text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/random.h"
#include "runtime/base/result.h"

namespace aslx {

class EventTemplate {
 public:
  /// For `--help` and messages.
  static constexpr std::string_view kPlaceholders =
      "{{sequence}}, {{sequence MODULUS}}, {{int LOW HIGH}}, {{float LOW HIGH DECIMALS}}, "
      "{{choice WORD...}}, {{text LENGTH}}, {{uuid}}, {{time}}, {{pad BYTES}}";

  /// The error says which placeholder is wrong, where it stands (characters from 1), and what there
  /// is instead. `what` is what the text is, such as `--event`.
  static Result<EventTemplate> Parse(std::string_view what, std::string text);

  /// Appends the text of this sequence number.
  void Write(uint64_t sequence, Random* random, std::string* to) const;

 private:
  enum class Kind : uint8_t {
    kText,
    kSequence,
    kInt,
    kFloat,
    kChoice,
    kLetters,
    kUuid,
    kTime,
    kPad
  };
  struct Part {
    Kind kind = Kind::kText;
    std::string text;                // kText
    std::vector<std::string> words;  // kChoice
    double low = 0;
    double high = 0;
    uint64_t number = 0;  // kSequence: 0 or a modulus; kFloat: decimals; kLetters and kPad: bytes
  };

  static Result<Part> ParsePart(const std::string& inside);
  static Result<Part> ParseNumbers(Part part, const std::vector<std::string>& words);

  std::vector<Part> parts_;
};

}  // namespace aslx
