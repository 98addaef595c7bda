// `aslx dlq`: lists and shows the records of a dead-letter topic, and sends chosen ones back.
#include <cstdio>

#include <fmt/core.h>

#include "pipeline/cli/commands.h"
#include "pipeline/cli/counted.h"
#include "pipeline/cli/dead_letter_view.h"
#include "pipeline/cli/definition_file.h"
#include "pipeline/cli/dlq_replay.h"
#include "pipeline/cli/dlq_selection.h"
#include "pipeline/cli/exit_code.h"
#include "pipeline/kafka/topic_reader.h"

namespace aslx {
namespace {

Result<int> List(const DlqOptions& options) {
  Result<DlqSelection> selection = DlqSelection::Of(options);
  if (!selection) return tl::unexpected<Error>(selection.error());
  Result<DlqTopic> topic = FindDlqTopic(options);
  if (!topic) return tl::unexpected<Error>(topic.error());
  auto reader = TopicReader::Open(topic->settings, topic->name);
  if (!reader) return tl::unexpected<Error>(reader.error());
  if (Result<void> started = (*reader)->Start({}); !started)
    return tl::unexpected<Error>(started.error());
  const bool json = options.format == "json";
  TopicRecord record;
  uint64_t shown = 0;
  while (options.limit == 0 || shown < options.limit) {
    Result<bool> read = (*reader)->Next(&record);
    if (!read) return tl::unexpected<Error>(read.error());
    if (!*read) break;
    const DeadLetter letter = ReadDeadLetter(record);
    if (!selection->Takes(record, letter)) continue;
    if (shown++ == 0 && !json) std::fputs(ListHeading().c_str(), stdout);
    std::fputs((json ? ListJson(record, letter) : ListLine(record, letter)).c_str(), stdout);
  }
  std::fflush(stdout);
  fmt::print(stderr, "{} of topic {}\n", Counted(shown, "record"), topic->name);
  return kExitDone;
}

Result<int> Show(const DlqOptions& options) {
  Result<DlqSelection> selection = DlqSelection::Of(options);
  if (!selection) return tl::unexpected<Error>(selection.error());
  Result<DlqTopic> topic = FindDlqTopic(options);
  if (!topic) return tl::unexpected<Error>(topic.error());
  auto reader = TopicReader::Open(topic->settings, topic->name);
  if (!reader) return tl::unexpected<Error>(reader.error());
  const TopicPlace place = *selection->places().begin();
  if (Result<void> checked = CheckPartitions(**reader, *topic, selection->places()); !checked)
    return tl::unexpected<Error>(checked.error());
  if (Result<void> started = (*reader)->Start({&place, 1}); !started)
    return tl::unexpected<Error>(started.error());
  TopicRecord record;
  Result<bool> read = (*reader)->Next(&record);
  if (!read) return tl::unexpected<Error>(read.error());
  if (!*read || record.place != place) return NotThere(*topic, place);
  const DeadLetter letter = ReadDeadLetter(record);
  const std::string text = options.format == "raw"    ? std::string(record.record.payload)
                           : options.format == "json" ? ShowJson(record, letter)
                                                      : ShowText(record, letter);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return kExitDone;
}

Result<int> SendBack(const DlqOptions& options) {
  Result<DlqSelection> selection = DlqSelection::Of(options);
  if (!selection) return tl::unexpected<Error>(selection.error());
  const int ways = !options.places.empty() + options.all + selection->has_filters();
  if (ways != 1) {
    return Fail(ErrorKind::kUsage,
                ways == 0 ? "which ones? PARTITION:OFFSET, --all, or --error, --state, --since"
                          : "places, --all and filters do not go together: one of them chooses");
  }
  Result<DlqTopic> topic = FindDlqTopic(options);
  if (!topic) return tl::unexpected<Error>(topic.error());
  return ReplayDeadLetters(options, *selection, *topic);
}

int ExitOf(const Result<int>& code) {
  std::fflush(stdout);
  return code ? *code : Report(code.error());
}

}  // namespace

int RunDlqList(const DlqOptions& options) {
  return ExitOf(List(options));
}

int RunDlqShow(const DlqOptions& options) {
  return ExitOf(Show(options));
}

int RunDlqReplay(const DlqOptions& options) {
  return ExitOf(SendBack(options));
}

}  // namespace aslx
