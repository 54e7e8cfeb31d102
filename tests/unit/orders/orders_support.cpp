#include "unit/orders/orders_support.h"

#include <date/tz.h>

#include <cstdio>
#include <functional>

namespace ordertrace::test {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr auto monday = std::chrono::sys_days{std::chrono::year{2026} / 11 / 23};

std::uint64_t id_of(std::string_view kind, const std::string& system, const std::string& name,
                    const std::string& mark) {
    const auto text = std::string{kind} + '\n' + system + '\n' + name + '\n' + mark;
    return std::hash<std::string>{}(text) | 1U;
}

std::string mark_of(const Told& fact) {
    const auto time = std::to_string(to_micros(fact.begun));
    return (fact.attempt > 0 ? std::to_string(fact.attempt) : std::string{}) + '\n' + time;
}

std::string_view kind_of(FactRecord record) {
    switch (record) {
        case FactRecord::step:
        case FactRecord::abandoned: return "step";
        case FactRecord::started: return "started";
        case FactRecord::overdue: return "overdue";
        case FactRecord::status: return "status";
        case FactRecord::sent: return "sent";
        case FactRecord::received: return "received";
        default: return "other";
    }
}

Told told(FactRecord record, std::string system, std::string name, TimePoint start) {
    Told fact;
    fact.record = record;
    fact.system = std::move(system);
    fact.name = std::move(name);
    fact.start = start;
    fact.begun = start;
    fact.id = {id_of(kind_of(record), fact.system, fact.name, mark_of(fact))};
    return fact;
}

Told marker(FactRecord record, std::string_view suffix, std::string system, std::string name, TimePoint start) {
    auto fact = told(record, std::move(system), name, start);
    fact.parent = {id_of("step", fact.system, name, mark_of(fact))};
    fact.name = name + std::string{suffix};
    return fact;
}

Told ended(FactRecord record, std::string system, std::string name, TimePoint start, TimePoint end) {
    auto fact = told(record, std::move(system), std::move(name), start);
    fact.duration = std::max(end - start, Duration{1});
    return fact;
}

Stage stage(std::string name, std::string set_by, std::vector<Reach> reaches, std::vector<std::string> next,
            std::optional<Limit> within) {
    const bool terminal = next.empty();
    return {std::move(name), std::move(set_by), std::move(reaches), std::move(next), within, terminal};
}

std::vector<OpenHours> office_hours() {
    std::vector<OpenHours> open;
    for (unsigned day = 1; day <= 5; ++day) open.push_back({day, hours{9}, hours{18}});
    return open;
}

Lifecycle make_shop() {
    using namespace std::chrono;
    const Reach crm{"crm", {minutes{5}, false}};
    const Reach mes{"mes", {minutes{5}, false}};
    const Reach crm_slowly{"crm", {minutes{15}, false}};
    const Reach shop_slowly{"online-shop", {minutes{15}, false}};
    const auto open = [](hours length) { return Limit{length, true}; };
    const auto always = [](hours length) { return Limit{length, false}; };
    Lifecycle made;
    made.name_space = "shop";
    made.ignore_steps = {"http *", "GET*"};
    made.systems = {{"online-shop", minutes{15}}, {"crm", minutes{15}}, {"mes", minutes{15}}};
    made.calendar = {date::locate_zone("Europe/Moscow"), office_hours(), {2026y / 12 / 31, 2027y / 1 / 1}};
    made.stages = {
        stage("CREATED", "online-shop", {crm, mes}, {"PRICE_CALCULATED", "CANCELLED"}, always(hours{1})),
        stage("PRICE_CALCULATED", "mes", {crm}, {"MANUFACTURING_APPROVED", "CANCELLED"}, open(hours{24})),
        stage("MANUFACTURING_APPROVED", "crm", {mes}, {"MANUFACTURING_STARTED", "CANCELLED"}, open(hours{8})),
        stage("MANUFACTURING_STARTED", "mes", {crm_slowly}, {"MANUFACTURING_COMPLETED"}, always(hours{120})),
        stage("MANUFACTURING_COMPLETED", "mes", {crm_slowly}, {"PACKAGING"}, always(hours{24})),
        stage("PACKAGING", "mes", {crm_slowly}, {"SHIPPED"}, always(hours{24})),
        stage("SHIPPED", "mes", {crm_slowly, shop_slowly}, {}, std::nullopt),
        stage("CANCELLED", "", {}, {}, std::nullopt),
    };
    return made;
}

}  // namespace

TimePoint at(std::string_view clock) {
    const std::string text{clock};
    int day = 0;
    int hour = 0;
    int minute = 0;
    double second = 0;
    const auto d = text.find("d ");
    if (d != std::string::npos) day = std::stoi(text);
    const auto* time = text.c_str() + (d == std::string::npos ? 0 : d + 2);
    (void)std::sscanf(time, "%d:%d:%lf", &hour, &minute, &second);
    const auto micros = microseconds{static_cast<std::int64_t>(second * 1e6 + 0.5)};
    return TimePoint{monday} + hours{24} * day + hours{hour} + minutes{minute} + micros;
}

Told& Told::msg(std::string text) {
    message = std::move(text);
    id = {id_of(kind_of(record), system, name, message + mark_of(*this))};
    return *this;
}

Told& Told::st(std::string text) { return status = std::move(text), *this; }
Told& Told::by(std::string text) { return via = std::move(text), *this; }
Told& Told::inst(std::string text) { return instance = std::move(text), *this; }
Told& Told::remark(std::string text) { return note = std::move(text), *this; }
Told& Told::numbered(std::uint64_t number) { return id = {number}, *this; }

Told& Told::tried(std::uint32_t number, std::uint32_t of) {
    attempt = number;
    attempt_max = of;
    const auto end_of_name = parent.value == 0 ? std::string::npos : name.rfind(" (");
    const auto step_name = name.substr(0, end_of_name);
    id = {id_of(kind_of(record), system, step_name, mark_of(*this))};
    if (parent.value != 0) parent = {id_of("step", system, step_name, mark_of(*this))};
    return *this;
}

Told status(std::string system, std::string name, TimePoint time) {
    auto fact = told(FactRecord::status, std::move(system), "status " + name, time);
    fact.status = std::move(name);
    return fact;
}

Told step(std::string system, std::string name, TimePoint start, TimePoint end, FactResult result) {
    auto fact = ended(FactRecord::step, std::move(system), std::move(name), start, end);
    fact.result = result;
    return fact;
}

Told failed(std::string system, std::string name, TimePoint start, TimePoint end) {
    return step(std::move(system), std::move(name), start, end, FactResult::fail);
}

Told started(std::string system, std::string name, TimePoint start) {
    return marker(FactRecord::started, " (started)", std::move(system), std::move(name), start);
}

Told overdue(std::string system, std::string name, TimePoint start, TimePoint limit) {
    auto fact = marker(FactRecord::overdue, " (overdue)", std::move(system), std::move(name), start);
    fact.result = FactResult::timeout;
    fact.start = limit;
    return fact;
}

Told given_up(std::string system, std::string name, TimePoint start, TimePoint end) {
    auto fact = ended(FactRecord::abandoned, std::move(system), std::move(name), start, end);
    fact.result = FactResult::timeout;
    fact.given_up = true;
    return fact;
}

Told superseded(std::string system, std::string name, TimePoint start, TimePoint end) {
    auto fact = given_up(std::move(system), std::move(name), start, end);
    fact.given_up = false;
    return fact;
}

Told sent(std::string from, std::string to, TimePoint time) {
    auto fact = told(FactRecord::sent, from, "sent to " + to, time);
    fact.edge = from + '>' + to;
    return fact;
}

Told received(std::string from, std::string to, TimePoint time) {
    auto fact = told(FactRecord::received, to, "received from " + from, time);
    fact.edge = from + '>' + to;
    return fact;
}

Told other(FactRecord record, std::string system, std::string name, TimePoint time) {
    return told(record, std::move(system), std::move(name), time);
}

Beat beat(TimePoint start, TimePoint end) {
    Beat made;
    made.host = "host-1";
    made.start = start;
    made.end = end;
    made.seen_at = end;
    return made;
}

const Lifecycle& shop() {
    static const Lifecycle lifecycle = make_shop();
    return lifecycle;
}

OrderFacts order_of(std::vector<Fact> facts) {
    OrderFacts order;
    order.order = "10042";
    order.facts = std::move(facts);
    return order;
}

Facts operator+(Facts some, const Facts& more) {
    some.insert(some.end(), more.begin(), more.end());
    return some;
}

Facts priced() {
    return {status("online-shop", "CREATED", at("09:00")), status("crm", "CREATED", at("09:01")),
            status("mes", "CREATED", at("09:02")), status("mes", "PRICE_CALCULATED", at("10:00"))};
}

Facts priced_and_seen() { return priced() + Facts{status("crm", "PRICE_CALCULATED", at("10:01"))}; }

std::string words(const Verdict& verdict) {
    std::string text{word_for(verdict.kind)};
    if (verdict.kind == VerdictKind::blind) text += '(' + std::string{word_for(verdict.blinded)} + ')';
    const auto add = [&text](const std::string& word) {
        if (!word.empty()) text += ' ' + word;
    };
    add(verdict.stage);
    add(verdict.system);
    add(verdict.step);
    if (!verdict.from.empty()) add(verdict.from + '>' + verdict.to);
    if (verdict.kind == VerdictKind::running && verdict.overdue) add("overdue");
    return verdict.to_act.empty() ? text : text + ", " + verdict.to_act + " to act";
}

Verdict judged(const std::vector<Fact>& facts, TimePoint now, const SystemLives& systems, const Lifecycle& lifecycle) {
    return judge(lifecycle, order_of(facts), systems, now, {});
}

}  // namespace ordertrace::test
