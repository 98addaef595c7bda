// A record of a dead-letter topic as people and programs see it.
//
// What it is not: the reading of the topic (pipeline/kafka/topic_reader.h) or the command.
// Thread: any. Memory: a DeadLetter refers to its record.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "pipeline/kafka/topic_reader.h"

namespace aslx {

/// What the headers say.
struct DeadLetter {
  /// False: the record lacks what every dead letter of aslx has, and the rest is empty.
  bool ours = false;
  std::string_view topic;  // where it came from
  int32_t partition = 0;
  int64_t offset = 0;
  std::string_view state;
  std::string_view error;
  std::string_view cause;
  std::string_view machine;
  std::string_view execution;
  int64_t attempt = 0;  // 0: the header is not there or no number
  int64_t replays = 0;  // how often it was sent back before
};

DeadLetter ReadDeadLetter(const TopicRecord& record);

/// `PARTITION:OFFSET`.
std::string PlaceText(TopicPlace place);
bool ParsePlace(std::string_view text, TopicPlace* place);

/// One line a record, with its end; causes are cut short.
std::string ListHeading();
std::string ListLine(const TopicRecord& record, const DeadLetter& letter);
std::string ListJson(const TopicRecord& record, const DeadLetter& letter);

/// The whole record: payloads that are JSON are laid out, those that are not text stand as base64.
std::string ShowText(const TopicRecord& record, const DeadLetter& letter);
std::string ShowJson(const TopicRecord& record, const DeadLetter& letter);

}  // namespace aslx
