#include "runtime/value/timestamp.h"

#include <chrono>

namespace aslx {
namespace {

// Reads fixed fields from the front of a text; after the first that does not fit nothing is read.
class Fields {
 public:
  explicit Fields(std::string_view text) : text_(text) {}

  int Digits(size_t count) {
    int number = 0;
    for (size_t i = 0; i < count; ++i) {
      if (i >= text_.size() || text_[i] < '0' || text_[i] > '9') {
        ok_ = false;
        return 0;
      }
      number = number * 10 + (text_[i] - '0');
    }
    text_.remove_prefix(count);
    return number;
  }
  int DigitsUpTo(size_t count, int max) {
    const int number = Digits(count);
    if (number > max) ok_ = false;
    return number;
  }
  void Expect(char c) {
    if (!Accept(c)) ok_ = false;
  }
  bool Accept(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  // Digits behind the point, cut off at nanoseconds.
  int Fraction() {
    int nanoseconds = 0;
    size_t count = 0;
    for (; count < text_.size() && text_[count] >= '0' && text_[count] <= '9'; ++count)
      if (count < 9) nanoseconds = nanoseconds * 10 + (text_[count] - '0');
    if (count == 0) ok_ = false;
    for (size_t i = count; i < 9; ++i)
      nanoseconds *= 10;
    text_.remove_prefix(count);
    return nanoseconds;
  }
  bool ok() const { return ok_; }
  bool done() const { return ok_ && text_.empty(); }

 private:
  std::string_view text_;
  bool ok_ = true;
};

}  // namespace

bool ParseTimestamp(std::string_view text, Timestamp* timestamp) {
  Fields fields(text);
  const int year = fields.Digits(4);
  fields.Expect('-');
  const int month = fields.Digits(2);
  fields.Expect('-');
  const int day = fields.Digits(2);
  fields.Expect('T');
  const int hour = fields.DigitsUpTo(2, 23);
  fields.Expect(':');
  const int minute = fields.DigitsUpTo(2, 59);
  fields.Expect(':');
  const int second = fields.DigitsUpTo(2, 59);
  const int nanoseconds = fields.Accept('.') ? fields.Fraction() : 0;
  int offset_seconds = 0;
  if (!fields.Accept('Z')) {
    const int sign = fields.Accept('+') ? 1 : -1;
    if (sign < 0) fields.Expect('-');
    const int offset_hour = fields.DigitsUpTo(2, 23);
    fields.Expect(':');
    offset_seconds = sign * (offset_hour * 3'600 + fields.DigitsUpTo(2, 59) * 60);
  }
  if (!fields.done()) return false;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return false;
  const int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  timestamp->seconds = days * 86'400 + hour * 3'600 + minute * 60 + second - offset_seconds;
  timestamp->nanoseconds = nanoseconds;
  return true;
}

void WriteTimestamp(int64_t wall_ns, char (&buffer)[25]) {
  using std::chrono::floor;
  const std::chrono::sys_time<std::chrono::nanoseconds> time{std::chrono::nanoseconds(wall_ns)};
  const auto day = floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const auto milliseconds = static_cast<int>(floor<std::chrono::milliseconds>(time - day).count());
  char* out = buffer;
  const auto put = [&](int number, int digits, char behind) {
    for (int i = digits - 1; i >= 0; --i, number /= 10)
      out[i] = static_cast<char>('0' + number % 10);
    out += digits;
    *out++ = behind;
  };
  put(static_cast<int>(date.year()), 4, '-');
  put(static_cast<int>(static_cast<unsigned>(date.month())), 2, '-');
  put(static_cast<int>(static_cast<unsigned>(date.day())), 2, 'T');
  put(milliseconds / 3'600'000, 2, ':');
  put(milliseconds / 60'000 % 60, 2, ':');
  put(milliseconds / 1'000 % 60, 2, '.');
  put(milliseconds % 1'000, 3, 'Z');
  *out = '\0';
}

}  // namespace aslx
