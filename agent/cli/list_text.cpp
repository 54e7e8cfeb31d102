#include "cli/list_text.h"

#include "cli/answer_fields.h"
#include "cli/table_text.h"

namespace ordertrace {
namespace {

namespace json = boost::json;

// Where it is stuck: the hand-off, the step, else the system.
std::string place_of(const json::object& order) {
    const auto to = text_of(order, "to");
    if (!to.empty()) return text_of(order, "from") + ">" + to;
    const auto step = text_of(order, "step");
    const auto system = text_of(order, "system");
    return step.empty() ? system : system + " " + step;
}

// None, and none at all for an attempt that was the last one, are shown alike.
std::string limit_of(const json::object& order) {
    return number_of(order, "limit_seconds").value_or(0) > 0 ? length_of(order, "limit_seconds") : "-";
}

std::string ending(const OrderList& list) {
    const auto count = list.orders.size();
    const std::string state = list.lost ? "lost on the way" : "stuck";
    if (count == 0) return "No order is " + state + ".\n";
    if (list.more)
        return "The first " + std::to_string(count) + " orders that are " + state +
               "; there are more: narrow it with " + (list.lost ? "--edge.\n" : "--stage or --older.\n");
    return std::to_string(count) + (count == 1 ? " order is " : " orders are ") + state + ".\n";
}

}  // namespace

std::string list_text(const OrderList& list, bool colours) {
    if (list.orders.empty()) return ending(list);
    TableText table{{{"ORDER", false, 40},
                     {"STAGE", false, 40},
                     {"VERDICT"},
                     {list.lost ? "EDGE" : "PLACE", false, 40},
                     {"FOR", true},
                     {"LIMIT", true},
                     {"TO ACT"}}};
    for (const auto& value : list.orders) {
        if (!value.is_object()) continue;
        const auto& order = value.get_object();
        table.add({{text_of(order, "order")},
                   {text_of(order, "stage")},
                   {text_of(order, "verdict"), Tone::bad},
                   {place_of(order)},
                   {length_of(order, "age_seconds")},
                   {limit_of(order)},
                   {text_of(order, "to_act")}});
    }
    return table.text(colours) + '\n' + ending(list);
}

}  // namespace ordertrace
