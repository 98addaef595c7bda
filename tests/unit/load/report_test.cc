// Reports of a made-up run: what stands in the JSON, in the table, and in the notes.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/load/load_report.h"
#include "pipeline/load/report_html.h"
#include "pipeline/load/report_json.h"
#include "pipeline/load/report_text.h"
#include "runtime/value/json_reader.h"

namespace aslx {
namespace {

StepResult Step(double rate) {
  StepResult step;
  step.step.rate_per_s = rate;
  step.step.in_flight_max = 10;
  step.in_flight_reached = 7;
  step.step.warmup_ns = 500'000'000;
  step.workers = 2;
  step.sent = 1'000;
  step.answered = 1'000;
  step.measured_seconds = 1;
  step.outcomes_per_s = rate > 0 ? rate : 1'000;
  for (int64_t i = 1; i <= 1'000; ++i)
    step.latency.Record(i * 1'000);
  step.measured = 1'000;
  step.timeline = {{600, 6e8, 2'000'000}, {400, 4e8, 3'000'000}};
  step.outcomes = {.received = 1'000, .succeeded = 1'000, .failed = 0, .without_record = 0};
  step.resources.seconds = 1;
  step.resources.events = 1'000;
  step.resources.cpu_ns = {100'000, 200'000, 50'000, 400'000, 600'000, 7};
  step.resources.allocations = {2'500, 80'000};
  return step;
}

LoadReport Report(std::vector<StepResult> steps) {
  LoadReport report;
  report.title = "a \"title\"";
  report.started = "2026-05-01T12:00:00Z";
  report.event_bytes = 300;
  report.machine = {{"cores", "2"}};
  report.versions = {{"aslx", "1"}};
  report.setup = {{"mode", "in process"}};
  report.steps = std::move(steps);
  return report;
}

TEST(ReportJson, HasEveryFieldWithItsUnit) {
  const std::string json = JsonOf(Report({Step(1'000)}));
  for (const char* part :
       {R"("format":1)",
        R"("title":"a \"title\"")",
        R"("started":"2026-05-01T12:00:00Z")",
        R"("event_bytes":300)",
        R"("machine":{"cores":"2"})",
        R"("workers":2)",
        R"("offered_per_s":1000)",
        R"("in_flight_max":null,"in_flight_reached":null)",
        R"("warmup_s":0.5)",
        R"("measured_s":1)",
        R"("outcomes_per_s":1000,"dropped_per_s":0)",
        R"("sent":1000)",
        R"("unanswered":0)",
        R"("executions":{"received":1000,"succeeded":1000,"failed":0,"timed_out":0,"not_json":0,)"
        R"("without_record":0},"first_failure":null)",
        R"("latency_us":{"count":1000,"min":1,"mean":500.5,"p50":500)",
        R"("max":1000})",
        R"("timeline":[{"s":0,"outcomes":600,"mean_us":1000,"max_us":2000},{"s":0.25)",
        R"("events_per_cpu_s":2.85714e+06)",
        R"("ns_per_event":{"worker":100,"librdkafka":200,"other":50,"generator":400)",
        R"("other_process":null)",
        R"("allocations_per_event":2.5)",
        R"("allocated_bytes_per_event":80)",
        R"("generator":null)",
        R"("notes":[])"}) {
    EXPECT_THAT(json, testing::HasSubstr(part));
  }
}

TEST(ReportJson, IsJson) {
  StepResult external = Step(0);
  external.workers = 0;
  external.outcomes.reset();
  external.resources.allocations.reset();
  external.generator = GeneratorUse{};
  external.resources.other_process_cpu_ns = 1'000'000;
  StepResult nothing;
  for (const LoadReport& report : {Report({}), Report({Step(5), external}), Report({nothing})}) {
    JsonReader reader;
    Value root;
    const std::string json = JsonOf(report);
    EXPECT_EQ(reader.Read(json, nullptr, nullptr, &root).kind, JsonError::Kind::kNone) << json;
  }
}

TEST(ReportText, IsATable) {
  const std::string text = TextOf(Report({Step(1'000), Step(0)}));
  EXPECT_THAT(text, testing::HasSubstr("workers  offered/s  outcomes/s"));
  EXPECT_THAT(text, testing::HasSubstr("      2      1,000       1,000  500 us"));
  EXPECT_THAT(text, testing::HasSubstr("      2        all       1,000  500 us"));
  EXPECT_THAT(text, testing::HasSubstr("2,857,143"));
  EXPECT_THAT(text, testing::ContainsRegex("max +in flight\n +2 +1,000 .* -\n +2 +all .* 7\n"));
  EXPECT_THAT(TextOf(Report({Step(1'000)})), testing::Not(testing::HasSubstr("in flight")));
  EXPECT_THAT(JsonOf(Report({Step(0)})),
              testing::HasSubstr(R"("in_flight_max":10,"in_flight_reached":7)"));
  EXPECT_THAT(HtmlOf(Report({Step(0)})), testing::HasSubstr("<td>1.00 ms</td><td>7</td>"));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("note:")));
}

TEST(ReportText, WritesDurationsAndCountsForPeople) {
  EXPECT_EQ(DurationText(0), "0 ns");
  EXPECT_EQ(DurationText(999), "999 ns");
  EXPECT_EQ(DurationText(1'234), "1.23 us");
  EXPECT_EQ(DurationText(45'678'000), "45.7 ms");
  EXPECT_EQ(DurationText(1.5e11), "150 s");
  EXPECT_EQ(CountText(0), "0");
  EXPECT_EQ(CountText(0.5), "0.5");
  EXPECT_EQ(CountText(999), "999");
  EXPECT_EQ(CountText(1'234'567), "1,234,567");
}

TEST(Notes, SayWhatOneHasToKnow) {
  struct Case {
    const char* note;
    void (*change)(StepResult*);
    double rate;
  };
  const Case cases[] = {
      {"the generator was late: 11 of 1,000 events",
       [](StepResult* step) { step->generator = GeneratorUse{.late_count = 11}; }, 1'000},
      {"the generator hardly ever waited",
       [](StepResult* step) { step->generator = GeneratorUse{.waiting_share = 0.04}; }, 0},
      {"the rate was not kept", [](StepResult* step) { step->outcomes_per_s = 979; }, 1'000},
      {"3 of 1,000 events have no outcome", [](StepResult* step) { step->unanswered = 3; }, 1'000},
      {"3 of 1,000 events have no outcome; percentiles leave them out; 2 of them could not be "
       "written; of 1 the broker has not said that they are written; reading outcomes: gone",
       [](StepResult* step) {
         step->unanswered = 3;
         step->generator = GeneratorUse{.refused_count = 2,
                                        .unacknowledged_count = 1,
                                        .reading_complaint = "gone",
                                        .waiting_share = 1};
       },
       0},
      {"2 workers: of 1,000 events 4 failed; no dead letter came that says why",
       [](StepResult* step) { step->outcomes->failed = 4; }, 1'000},
      {"of 1,000 events 1 failed, 2 timed out, 3 were no JSON, empty or too large; the first: Ouch "
       "in state 'A': it  hurts",
       [](StepResult* step) {
         step->outcomes->failed = 6;
         step->outcomes->timed_out = 2;
         step->outcomes->not_json = 3;
         step->first_failure = FailureReason{.error = "Ouch", .cause = "it\n\thurts", .state = "A"};
       },
       1'000},
      {"5 records came back", [](StepResult* step) { step->foreign = 5; }, 1'000},
  };
  for (const Case& one : cases) {
    StepResult step = Step(one.rate);
    one.change(&step);
    const LoadReport report = Report({step});
    EXPECT_THAT(NotesOf(report), testing::ElementsAre(testing::HasSubstr(one.note)));
    EXPECT_EQ(AllAnswered(report), step.unanswered == 0);
  }
}

TEST(Notes, ARateOfWhichHalfIsDroppedIsKept) {
  StepResult step = Step(1'000);
  step.outcomes->without_record = 500;
  step.outcomes_per_s = 495;
  step.dropped_per_s = 490;  // the others during the warm-up
  EXPECT_TRUE(NotesOf(Report({step})).empty());
  const std::string text = TextOf(Report({step}));
  EXPECT_THAT(text, testing::HasSubstr("workers  offered/s  outcomes/s  dropped/s"));
  EXPECT_THAT(text, testing::HasSubstr("      2      1,000         495        490  500 us"));
  EXPECT_THAT(HtmlOf(Report({step})), testing::HasSubstr("<td>495</td><td>490</td>"));
  step.outcomes_per_s = 485;
  EXPECT_THAT(NotesOf(Report({step})),
              testing::ElementsAre(testing::HasSubstr(
                  "485 outcomes a second came of it, and 50.0 % were dropped by a route: the rate "
                  "was not")));
}

TEST(Notes, ALongCauseIsCutBetweenCharacters) {
  StepResult step = Step(0);
  step.outcomes->failed = 1;
  std::string cause = "x";
  for (int i = 0; i < 200; ++i)
    cause += "ä";
  step.first_failure = FailureReason{.error = "E", .cause = cause, .state = ""};
  EXPECT_THAT(
      NotesOf(Report({step})),
      testing::ElementsAre(testing::EndsWith("the first: E: " + cause.substr(0, 299) + "…")));
  EXPECT_THAT(
      JsonOf(Report({step})),
      testing::HasSubstr(R"("first_failure":{"error":"E","cause":")" + cause + R"(","state":""})"));
}

TEST(Notes, WhereAllIsDroppedThereIsNoLatency) {
  StepResult step = Step(0);
  step.latency.Clear();
  step.answered = step.measured = 0;
  step.outcomes_per_s = 0;
  step.dropped_per_s = 2'000;
  step.outcomes->without_record = 1'000;
  const std::string text = TextOf(Report({step}));
  EXPECT_THAT(text, testing::ContainsRegex("  all +0 +2,000( +-){6} +7\n"));
  EXPECT_THAT(text, testing::HasSubstr("every event that ended was dropped by a route, so there is "
                                       "no latency"));
  EXPECT_THAT(HtmlOf(Report({step})), testing::HasSubstr("<td>2,000</td><td>–</td><td>–</td>"));
}

TEST(Verdict, IsThatNoneOfAnyStepSucceeded) {
  StepResult failing = Step(0);
  failing.outcomes->succeeded = 0;
  failing.outcomes->failed = 1'000;
  const LoadReport none = Report({failing, failing});
  EXPECT_THAT(TextOf(none), testing::StartsWith("no execution succeeded"));
  EXPECT_THAT(HtmlOf(none), testing::HasSubstr("<p class=\"verdict\">no execution succeeded"));
  EXPECT_THAT(NotesOf(none).front(), testing::StartsWith("no execution succeeded"));
  EXPECT_EQ(VerdictOf(Report({failing, Step(0)})), "");
  EXPECT_EQ(VerdictOf(Report({})), "");
  // Outcomes that came are of executions whose success is about to be counted.
  failing.outcomes->failed = 999;
  EXPECT_EQ(VerdictOf(Report({failing})), "");
  failing.outcomes.reset();
  EXPECT_EQ(VerdictOf(Report({failing})), "");
}

TEST(Notes, WhatWasInterruptedIsNoLoss) {
  StepResult step = Step(0);
  step.step.measure_ns = 10'000'000'000;
  step.interrupted = true;
  step.unanswered = 7;
  LoadReport report = Report({step});
  report.steps_planned = 3;
  EXPECT_THAT(NotesOf(report),
              testing::ElementsAre(
                  testing::HasSubstr("interrupted by a signal: 1.0 s were measured, asked for were "
                                     "10.0 s; 7 events were in flight"),
                  "2 of 3 steps were not run"));
  EXPECT_TRUE(AllAnswered(report));
  EXPECT_THAT(JsonOf(report), testing::HasSubstr(R"("interrupted":true)"));
}

TEST(Notes, TellWhenCommitsBoundAClosedLoop) {
  StepResult step = Step(0);
  step.commit_seconds = 0.1;
  step.step.in_flight_max = 150;  // at most 1,500 a second
  EXPECT_THAT(NotesOf(Report({step})),
              testing::ElementsAre(testing::HasSubstr(
                  "commits, each 100 ms, so 150 in flight are at most 1,500 a second")));
  step.step.in_flight_max = 1'000;
  EXPECT_TRUE(NotesOf(Report({step})).empty());
}

TEST(Notes, AreSilentWhereAllIsWell) {
  StepResult open = Step(1'000);
  open.generator = GeneratorUse{.late_count = 10, .late_max_ns = 2'000'000};
  StepResult closed = Step(0);
  closed.generator = GeneratorUse{.waiting_share = 0.06};
  EXPECT_TRUE(NotesOf(Report({open, closed})).empty());
}

}  // namespace
}  // namespace aslx
