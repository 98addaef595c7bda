// A worker that does with a KafkaDelivery what flow would, in small, and keeps what it saw.
//
// What it is not: policy, or a fake: the broker is librdkafka's mock cluster.
// Who uses it: the tests of this folder. Thread: the test's. Memory: owns its delivery.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "pipeline/kafka/embedded_broker.h"
#include "pipeline/kafka/kafka_delivery.h"

namespace aslx {

inline KafkaSettings SettingsFor(const std::string& brokers) {
  KafkaSettings settings;
  settings.brokers = brokers;
  settings.instance_id = "test";
  settings.static_membership = false;
  settings.consumer_properties = {{"fetch.wait.max.ms", kEmbeddedFetchWaitMs}};
  return settings;
}

/// A worker that does what flow would, in small.
class SmallWorker {
 public:
  SmallWorker(const std::string& brokers, uint32_t index, std::vector<std::string> sources,
              bool transactional = false, const char* start_offset = "earliest",
              KafkaSettings::Properties producer = {}) {
    KafkaDeliveryOptions options;
    options.settings = SettingsFor(brokers);
    options.settings.start_offset = start_offset;
    options.settings.producer_properties = std::move(producer);
    options.identity = {"p", "group", index};
    options.source_topics = std::move(sources);
    options.sink_topics = {"out"};
    options.transactional = transactional;
    auto made = KafkaDelivery::Make(options, &waker);
    EXPECT_TRUE(made.has_value()) << (made ? "" : made.error().message);
    delivery = std::move(*made);
  }

  /// Turns until `done`; the waker rings for whatever comes.
  void Until(const std::function<bool()>& done) {
    while (!done()) {
      waker.PrepareSleep();
      if (!TurnOnce()) waker.Sleep(100);
      waker.CancelSleep();
    }
  }

  bool TurnOnce() {
    bool busy = false;
    DeliveryEvent event;
    while (delivery->NextEvent(&event)) {
      busy = true;
      switch (event.kind) {
        case DeliveryEvent::Kind::kAssigned:
          for (const PartitionEvent& partition : event.partitions) {
            owned[partition.assignment.slot] = partition.assignment;
            committed[partition.partition] = {partition.committed_offset,
                                              std::string(partition.metadata)};
            names[partition.assignment.slot] = partition.partition;
          }
          ++assigned_count;
          break;
        case DeliveryEvent::Kind::kRevoked:
        case DeliveryEvent::Kind::kLost: {
          std::vector<Assignment> gone;
          for (const PartitionEvent& partition : event.partitions)
            gone.push_back(partition.assignment);
          for (const Assignment& one : gone)
            owned.erase(one.slot);
          delivery->ReleasePartitions(gone);
          ++revoked_count;
          break;
        }
        case DeliveryEvent::Kind::kCommitted: commits.insert(event.commit_id); break;
        case DeliveryEvent::Kind::kCommitFailed:
          failed_commits[event.commit_id] = event.reason;
          break;
        case DeliveryEvent::Kind::kFatal: ADD_FAILURE() << event.reason; break;
        case DeliveryEvent::Kind::kWarning: warnings.emplace_back(event.reason); break;
        default: break;
      }
    }
    Record records[16];
    for (const auto& [slot, assignment] : owned) {
      for (size_t left = delivery->Poll(assignment, records), i = 0; i < left; ++i) {
        busy = true;
        Header headers[4];
        size_t header_count = delivery->Headers(records[i].handle, headers);
        std::string text = std::string(records[i].has_key ? records[i].key : "-") + "=" +
                           std::string(records[i].is_tombstone ? "tombstone" : records[i].payload);
        for (size_t h = 0; h < header_count; ++h) {
          text += " " + std::string(headers[h].name) + ":" +
                  (headers[h].is_null ? "null" : std::string(headers[h].value));
        }
        received.insert(text);
        payloads.emplace_back(records[i].payload);
        timestamps.insert(records[i].timestamp_ms);
        next[slot] = records[i].offset + 1;
        if (on_record) on_record(records[i]);
        delivery->Release(records[i].handle);
      }
    }
    Acknowledgement acknowledgements[16];
    for (size_t left = delivery->PollDeliveries(acknowledgements), i = 0; i < left; ++i) {
      busy = true;
      EXPECT_TRUE(
          acknowledged.emplace(acknowledgements[i].token, acknowledgements[i].status).second);
    }
    return busy;
  }

  void Produce(TopicId topic, OutputRecord output, DeliveryToken token) {
    output.topic = topic;
    ASSERT_EQ(delivery->TryProduce(output, token), ProduceResult::kAccepted);
    ASSERT_EQ(delivery->Flush(), ProduceResult::kAccepted);
  }

  Waker waker;
  std::unique_ptr<KafkaDelivery> delivery;
  std::map<uint32_t, Assignment> owned;
  std::map<uint32_t, int32_t> names;  // slot -> partition
  std::map<int32_t, std::pair<int64_t, std::string>> committed;
  std::map<uint32_t, int64_t> next;
  std::multiset<std::string> received;
  std::vector<std::string> payloads;  // in the order in which they came
  std::set<int64_t> timestamps;
  std::function<void(const Record&)> on_record;  // before it is released
  std::map<DeliveryToken, Acknowledgement::Status> acknowledged;
  std::set<uint64_t> commits;
  std::map<uint64_t, std::string> failed_commits;
  std::vector<std::string> warnings;
  int assigned_count = 0;
  int revoked_count = 0;
};

inline OutputRecord Output(std::string_view payload, std::span<const Header> headers = {}) {
  OutputRecord output;
  output.payload = payload;
  output.headers = headers;
  return output;
}

inline OutputRecord Keyed(std::string_view key, OutputRecord output) {
  output.key = key;
  output.has_key = true;
  return output;
}

}  // namespace aslx
