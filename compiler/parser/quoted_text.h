// Quotes and brackets within paths and intrinsic calls: where they close, what they hold.
//
// Thread: any. Memory: UnescapeQuoted returns an owned text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace aslx::compiler {

/// The place of the quote that closes the one at `open`, past escaped ones; npos when missing.
size_t FindClosingQuote(std::string_view text, size_t open);

/// The place of the bracket that closes the `(`, `[` or `{` at `open`. Brackets within quotes and
/// within regular expressions (`/…/`, only after an operator) do not count; npos when missing.
size_t FindClosingBracket(std::string_view text, size_t open);

/// A name of a path between quotes: a backslash stands for itself, but before the quote character
/// and before another backslash (recorded: escapes in names).
std::string UnescapeName(std::string_view text, char quote);

/// A literal of a filter between quotes with its escapes resolved: `\n`, `\u0041`, and `\x` is x.
std::string UnescapeQuoted(std::string_view text);

}  // namespace aslx::compiler
