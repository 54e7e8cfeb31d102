#include "unit/register/register_support.h"

#include <functional>

namespace ordertrace::test {
namespace {

Fact fact_of(FactRecord record, const std::string& system, const std::string& name, TimePoint at) {
    Fact fact;
    const auto text =
        std::to_string(static_cast<int>(record)) + '/' + system + '/' + name + '/' + std::to_string(to_micros(at));
    fact.id.value = std::hash<std::string>{}(text);
    fact.record = record;
    fact.system = system;
    fact.name = name;
    fact.start = at;
    return fact;
}

}  // namespace

Lifecycle shop_lifecycle() {
    Lifecycle lifecycle;
    lifecycle.name_space = "shop";
    lifecycle.ignore_steps = {"http *"};
    lifecycle.systems = {{"online-shop", 15min}, {"crm", 15min}, {"mes", 15min}};
    lifecycle.stages = {
        {"CREATED", "online-shop", {{"mes", {5min}}, {"crm", {5min}}}, {"PRICED"}, Limit{1h}, false},
        {"PRICED", "mes", {{"crm", {5min}}}, {"SHIPPED"}, Limit{24h}, false},
        {"SHIPPED", "mes", {}, {}, std::nullopt, true},
    };
    return lifecycle;
}

Fact status_fact(const std::string& system, const std::string& status, TimePoint at) {
    auto fact = fact_of(FactRecord::status, system, "status " + status, at);
    fact.status = status;
    return fact;
}

Fact sent_fact(const std::string& from, const std::string& to, const std::string& status, TimePoint at,
               const std::string& message) {
    auto fact = fact_of(FactRecord::sent, from, "sent to " + to, at);
    fact.edge = from + '>' + to;
    fact.status = status;
    fact.message = message;
    return fact;
}

Fact received_fact(const std::string& from, const std::string& to, const std::string& status, TimePoint at,
                   const std::string& message) {
    auto fact = fact_of(FactRecord::received, to, "received from " + from, at);
    fact.edge = from + '>' + to;
    fact.status = status;
    fact.message = message;
    return fact;
}

Fact step_fact(const std::string& system, const std::string& step, TimePoint start, Duration duration,
               FactResult result) {
    auto fact = fact_of(FactRecord::step, system, step, start);
    fact.duration = duration;
    fact.result = result;
    return fact;
}

Fact mark_fact(const std::string& name, TimePoint start) { return fact_of(FactRecord::mark, "order", name, start); }

Fact alias_fact(const std::string& system, const std::string& alias, TimePoint at) {
    auto fact = fact_of(FactRecord::alias, system, "alias " + alias, at);
    fact.alias = alias;
    return fact;
}

}  // namespace ordertrace::test
