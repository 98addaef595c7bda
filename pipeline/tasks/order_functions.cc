// The functions of the order examples in configs/examples: a shop with a fixed stock.
//
// order_functions.py beside the examples answers the same over HTTP.
#include <string>

#include <fmt/core.h>

#include "pipeline/tasks/function_registry.h"
#include "runtime/value/json_reader.h"
#include "runtime/value/json_writer.h"
#include "runtime/value/number.h"

namespace aslx {
namespace {

/// What is in stock, by the item's id; other items have kOtherStock.
constexpr struct {
  std::string_view item_id;
  int64_t count;
} kStock[] = {{"apple", 100}, {"pear", 7}, {"quince", 0}};
constexpr int64_t kOtherStock = 10;

int64_t StockOf(std::string_view item_id) {
  for (const auto& entry : kStock)
    if (entry.item_id == item_id) return entry.count;
  return kOtherStock;
}

Value MemberOf(const Value& object, std::string_view key, Arena& arena) {
  return object.type == Type::kObject ? FindMember(object, key, arena) : Value{};
}

int64_t IntegerOr(const Value& number, int64_t otherwise) {
  if (number.type != Type::kNumber) return otherwise;
  Number read = ToNumber(number);
  return read.is_integer ? read.integer : otherwise;
}

std::string Quoted(std::string_view text) {
  std::string out;
  AppendQuoted(text, &out);
  return out;
}

/// An order {"order_id", "item": {"id", "num_of_items"}} comes back with
/// "inventory": {"num_of_items"}. Without an order (`{}`) it is one of three apples.
void CheckInventory(FunctionInvocation& call) {
  Arena& arena = call.arena();
  Value item = MemberOf(call.payload(), "item", arena);
  Value id = MemberOf(item, "id", arena);
  std::string_view item_id = id.type == Type::kString ? Decode(id, arena) : "apple";
  int64_t wanted = IntegerOr(MemberOf(item, "num_of_items", arena), 3);
  if (wanted < 1) {
    call.Fail("InvalidOrder", fmt::format("{} items of '{}' were ordered", wanted, item_id));
    return;
  }
  call.Succeed(fmt::format(
      "{{\"order_id\":{},\"item\":{{\"id\":{},\"num_of_items\":{}}},"
      "\"inventory\":{{\"num_of_items\":{}}}}}",
      Quoted(call.TextOr("order_id", "none")), Quoted(item_id), wanted, StockOf(item_id)));
}

/// The status follows from the numbers: more ordered than there are is a cancelled order.
void UpdateOrder(FunctionInvocation& call) {
  Arena& arena = call.arena();
  int64_t wanted =
      IntegerOr(MemberOf(MemberOf(call.payload(), "item", arena), "num_of_items", arena), 0);
  int64_t stock =
      IntegerOr(MemberOf(MemberOf(call.payload(), "inventory", arena), "num_of_items", arena), 0);
  call.Succeed(fmt::format("{{\"order_id\":{},\"status\":\"{}\"}}",
                           Quoted(call.TextOr("order_id", "none")),
                           wanted > stock ? "CANCELLED" : "COMPLETE"));
}

void UpdateInventory(FunctionInvocation& call) {
  Arena& arena = call.arena();
  Value item = MemberOf(call.payload(), "item", arena);
  Value id = MemberOf(item, "id", arena);
  int64_t wanted = IntegerOr(MemberOf(item, "num_of_items", arena), 0);
  int64_t stock =
      IntegerOr(MemberOf(MemberOf(call.payload(), "inventory", arena), "num_of_items", arena), 0);
  if (wanted > stock) {
    call.Fail("OutOfStock", fmt::format("{} wanted, {} there", wanted, stock));
    return;
  }
  call.Succeed(fmt::format("{{\"item_id\":{},\"num_of_items\":{}}}",
                           Quoted(id.type == Type::kString ? Decode(id, arena) : "none"),
                           stock - wanted));
}

}  // namespace

void AddOrderFunctions(FunctionRegistry* registry) {
  registry->Add("checkInventory", CheckInventory);
  registry->Add("updateOrder", UpdateOrder);
  registry->Add("updateInventory", UpdateInventory);
}

}  // namespace aslx
