// One text read for a test: the reader, the arena and the root in one place.
//
// Thread: its owner's. Memory: the texts given to Read outlive the values.
#pragma once

#include <deque>
#include <string>

#include <gtest/gtest.h>

#include "runtime/base/arena.h"
#include "runtime/value/json_reader.h"

namespace aslx::testing {

class Documents : public ::testing::Test {
 protected:
  /// Keeps a copy of `text` for as long as the test runs.
  Value Read(std::string_view text) {
    texts_.emplace_back(text);
    Value root;
    const JsonError error = reader_.Read(texts_.back(), nullptr, nullptr, &root);
    EXPECT_EQ(error.kind, JsonError::Kind::kNone) << text << ": " << error.message;
    return root;
  }
  std::string& last_text() { return texts_.back(); }

  BlockPool pool_;
  Arena arena_{&pool_, SIZE_MAX};
  JsonReader reader_;

 private:
  std::deque<std::string> texts_;
};

}  // namespace aslx::testing
