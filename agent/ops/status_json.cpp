#include "ops/status_json.h"

#include <date/date.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "ops/balance_text.h"
#include "ops/printable.h"

namespace ordertrace {
namespace {

namespace json = boost::json;

std::string time_text(TimePoint time) { return date::format("%FT%TZ", time); }

template <class Enum, std::size_t N>
json::object by_name(const std::array<std::uint64_t, N>& numbers) {
    json::object object;
    for (std::size_t i = 0; i < N; ++i) object[name_of(static_cast<Enum>(i))] = numbers[i];
    return object;
}

json::object balance_object(const Balance& balance) {
    const auto& intake = balance.intake;
    json::object accepted;
    for (std::size_t i = 0; i < accepted_labels.size(); ++i) accepted[accepted_labels[i]] = intake.accepted[i];
    json::array identities;
    for (const auto& identity : identities_of(balance))
        identities.push_back({{"identity", inert_utf8(identity.text)},
                              {"left", identity.left},
                              {"right", identity.right},
                              {"holds", identity.holds()}});
    return {{"datagrams_received", intake.datagrams_received},
            {"datagrams_lost_in_kernel", intake.datagrams_lost_in_kernel},
            {"received", intake.events_received},
            {"accepted", accepted},
            {"rejected", by_name<RejectReason>(intake.rejected)},
            {"became", by_name<Became>(intake.became)},
            {"own", by_name<OwnRecord>(intake.own)},
            {"recorded", intake.recorded},
            {"missing", intake.events_missing},
            {"span_id_conflicts", intake.span_id_conflicts},
            {"identities", identities}};
}

json::array destinations_of(const AgentSnapshot& agent) {
    json::array destinations;
    for (const auto& numbers : agent.balance.destinations) {
        json::object object{{"name", inert_utf8(numbers.name)},
                            {"up", nullptr},
                            {"pending", numbers.pending},
                            {"delivered", numbers.delivered},
                            {"dropped", by_name<DropReason>(numbers.dropped)},
                            {"last_error", nullptr}};
        const auto seen = std::find_if(agent.destinations.begin(), agent.destinations.end(),
                                       [&](const auto& to) { return to.name == numbers.name; });
        if (seen != agent.destinations.end()) {
            if (seen->up) object["up"] = *seen->up;
            if (!seen->last_error.empty()) object["last_error"] = inert_utf8(seen->last_error);
        }
        destinations.push_back(std::move(object));
    }
    return destinations;
}

json::object open_steps_of(const AgentSnapshot& agent) {
    json::object oldest;
    for (const auto& [step, seconds] : agent.oldest_open_seconds) oldest[inert_utf8(step)] = seconds;
    return {{"count", agent.open_steps}, {"oldest_seconds", oldest}};
}

json::object journal_of(const JournalGauges& gauges) {
    json::object journal{{"bytes", gauges.bytes},
                         {"limit_bytes", gauges.limit_bytes},
                         {"segments", gauges.segments},
                         {"in_memory", gauges.in_memory},
                         {"last_error", nullptr}};
    if (!gauges.last_error.empty()) journal["last_error"] = inert_utf8(gauges.last_error);
    return journal;
}

json::object by_word(const ListenerNumbers::ByWord& numbers) {
    json::object object;
    for (const auto& [word, count] : numbers) object[word] = count;
    return object;
}

json::array listeners_of(const AgentSnapshot& agent) {
    json::array listeners;
    for (const auto& one : agent.listeners) {
        json::object object{{"listener", inert_utf8(one.listener)}};
        if (one.connections) object["connections"] = *one.connections;
        if (!one.refused.empty()) object["refused"] = by_word(one.refused);
        if (!one.files.empty()) object["files"] = by_word(one.files);
        listeners.push_back(std::move(object));
    }
    return listeners;
}

json::object last_seen_of(const AgentSnapshot& agent) {
    json::object systems;
    for (const auto& [system, time] : agent.last_seen) systems[inert_utf8(system)] = time_text(time);
    return systems;
}

json::array rejects_of(const AgentSnapshot& agent) {
    json::array rejects;
    for (const auto& reject : agent.rejects)
        rejects.push_back({{"received", time_text(reject.received)},
                           {"reason", inert_utf8(reject.reason)},
                           {"from", inert_utf8(reject.from)},
                           {"text", inert_utf8(reject.text)}});
    return rejects;
}

std::string_view state_of(const AgentSnapshot& agent) {
    if (agent.draining) return "draining";
    return agent.ready ? "ready" : "starting";
}

}  // namespace

std::string status_json(const AgentSnapshot& agent) {
    const json::object status{
        {"version", ORDERTRACE_VERSION},
        {"system", inert_utf8(agent.system)},
        {"state", state_of(agent)},
        {"time", time_text(agent.now)},
        {"started", time_text(agent.started)},
        {"uptime_seconds", std::chrono::duration_cast<std::chrono::seconds>(agent.now - agent.started).count()},
        {"balance", balance_object(agent.balance)},
        {"open_steps", open_steps_of(agent)},
        {"destinations", destinations_of(agent)},
        {"journal", journal_of(agent.journal)},
        {"listeners", listeners_of(agent)},
        {"last_seen", last_seen_of(agent)},
        {"receive_buffer_bytes", agent.receive_buffer_bytes},
        {"configuration",
         {{"last_reload_successful", agent.last_reload_successful}, {"last_reload", time_text(agent.last_reload)}}},
        {"rejects", rejects_of(agent)}};
    return json::serialize(status) + '\n';
}

}  // namespace ordertrace
