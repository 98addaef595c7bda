// UTF-8 sequences (Unicode 15, table 3-7).
//
// Who uses it: the verifier, and functions that make strings of bytes. Thread: any. Memory: none.
#pragma once

#include <cstddef>
#include <string_view>

namespace aslx {

/// Bytes of the well-formed UTF-8 sequence at the start of `text`, which is not empty; 0 where
/// there is none. `wrong` is then how many bytes one replacement character stands for.
size_t Utf8SequenceSize(std::string_view text, size_t* wrong);

bool IsUtf8(std::string_view text);

}  // namespace aslx
