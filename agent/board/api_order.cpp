// One order and lists of orders as JSON.
#include <array>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "board/api.h"
#include "board/api_values.h"
#include "steps/ids.h"

namespace ordertrace {
namespace {

namespace json = boost::json;

// What is said of an order in a list as well as alone.
struct OrderView {
    const std::string& order;
    std::string trace_id;
    const Verdict& verdict;
    const std::vector<std::string>& aliases;
    TimePoint now{};
};

std::string_view word_for(FactRecord record) {
    static constexpr std::array<std::string_view, 12> words{"step",   "started", "overdue",  "abandoned",
                                                            "status", "sent",    "received", "mark",
                                                            "note",   "alias",   "title",    "other"};
    return words.at(static_cast<std::size_t>(record));
}

std::string_view word_for(FactResult result) {
    static constexpr std::array<std::string_view, 6> words{"", "ok", "fail", "timeout", "skip", "cancel"};
    return words.at(static_cast<std::size_t>(result));
}

json::array texts(const std::vector<std::string>& texts) {
    json::array array;
    for (const auto& text : texts) array.emplace_back(valid_text(text));
    return array;
}

json::value number_or_null(std::uint32_t number) {
    if (number == 0) return nullptr;
    return number;
}

// By the kind of the record its name is a status, an alias, else what the span is called.
std::string_view name_of(const Fact& fact) {
    if (fact.record == FactRecord::status && !fact.status.empty()) return fact.status;
    if (fact.record == FactRecord::alias && !fact.alias.empty()) return fact.alias;
    return fact.name;
}

json::object fact_object(const Fact& fact) {
    return {{"time", time_value(fact.start)},
            {"system", text_or_null(fact.system)},
            {"record", word_for(fact.record)},
            {"name", text_or_null(name_of(fact))},
            {"result", text_or_null(word_for(fact.result))},
            {"note", text_or_null(fact.note)},
            {"span_id", to_hex(fact.id)}};
}

json::object order_object(const OrderView& view, const Lifecycle& lifecycle, const ApiContext& context) {
    const auto& verdict = view.verdict;
    const auto link = context.jaeger_url.empty() ? std::string{} : context.jaeger_url + "/trace/" + view.trace_id;
    return {{"order", valid_text(view.order)},
            {"namespace", lifecycle.name_space},
            {"trace_id", view.trace_id},
            {"jaeger_url", text_or_null(link)},
            {"verdict", word_for(verdict.kind)},
            {"sentence", valid_text(sentence(verdict, view.order, view.now, context.language))},
            {"stage", text_or_null(verdict.stage)},
            {"since", time_value(verdict.since)},
            {"age_seconds", age_value(verdict.since, view.now)},
            {"limit_seconds", whole_seconds(verdict.limit)},
            {"overdue", verdict.overdue},
            {"system", text_or_null(verdict.system)},
            {"from", text_or_null(verdict.from)},
            {"to", text_or_null(verdict.to)},
            {"step", text_or_null(verdict.step)},
            {"attempt", number_or_null(verdict.attempt)},
            {"attempts_max", number_or_null(verdict.attempt_max)},
            {"to_act", text_or_null(verdict.to_act)},
            {"expected_next", texts(verdict.expected_next)},
            {"aliases", texts(view.aliases)}};
}

}  // namespace

std::string order_json(const OrderAnswer& answer, const Lifecycle& lifecycle, const ApiContext& context) {
    const auto& order = answer.order;
    auto object =
        order_object({order.order, answer.trace_id, answer.verdict, order.aliases, answer.now}, lifecycle, context);
    json::array facts;
    for (const auto& fact : order.facts) facts.push_back(fact_object(fact));
    object["facts"] = std::move(facts);
    if (answer.verdict.kind == VerdictKind::unknown) object["nearest"] = texts(answer.nearest);
    return json::serialize(object);
}

std::string orders_json(const DigestPage& page, const Lifecycle& lifecycle, TimePoint now, const ApiContext& context) {
    IdMaker ids;
    json::array orders;
    for (const auto& digest : page.digests)
        orders.push_back(order_object({digest.order, to_hex(ids.trace_id(lifecycle.name_space, digest.order)),
                                       digest.verdict, digest.aliases, now},
                                      lifecycle, context));
    return json::serialize(json::object{{"orders", std::move(orders)}, {"next", text_or_null(page.next)}});
}

}  // namespace ordertrace
