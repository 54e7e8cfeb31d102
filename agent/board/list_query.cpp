// The parameters of the API's lists.
#include <algorithm>
#include <charconv>

#include "board/api.h"
#include "board/url_text.h"
#include "settings/values.h"

namespace ordertrace {
namespace {

constexpr std::size_t most_on_a_page = 1'000;

Result<void> read_stage(const std::string& text, const Lifecycle& lifecycle, ListQuery& query) {
    if (lifecycle.find_stage(text) == nullptr)
        return fail("stage: the lifecycle has no stage " + quoted(text) + "; /api/stages names them");
    query.stage = text;
    return {};
}

Result<void> read_older(const std::string& text, TimePoint now, ListQuery& query) {
    const auto age = judge_duration(text);
    if (!age) return fail("older: " + age.error().what + "; " + age.error().hint);
    // Beyond 1970 there is nothing, and the clock's own arithmetic ends somewhere.
    query.since_before = now - std::min(*age, now.time_since_epoch());
    return {};
}

Result<void> read_limit(const std::string& text, ListQuery& query) {
    const auto* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, query.limit);
    if (read.ec != std::errc{} || read.ptr != end || query.limit < 1 || query.limit > most_on_a_page)
        return fail("limit: " + quoted(text) + " is no number from 1 to 1000");
    return {};
}

// mes>crm, or mes:crm, which needs no quotes in a shell.
Result<void> read_edge(const std::string& text, const Lifecycle& lifecycle, ListQuery& query) {
    const auto middle = text.find_first_of(">:");
    if (middle == std::string::npos || middle == 0 || middle + 1 == text.size())
        return fail("edge: " + quoted(text) + " names no two systems; write it like mes>crm or mes:crm");
    const auto from = text.substr(0, middle);
    const auto to = text.substr(middle + 1);
    for (const auto& system : {from, to})
        if (lifecycle.find_system(system) == nullptr)
            return fail("edge: the lifecycle has no system " + quoted(system) + "; /api/systems names them");
    query.edge = from + ">" + to;
    return {};
}

}  // namespace

Result<ListQuery> list_query(std::string_view query, bool lost, const Lifecycle& lifecycle, TimePoint now) {
    const auto parameters = query_parameters(query);
    if (!parameters) return tl::make_unexpected(parameters.error());
    ListQuery list;
    list.hand_offs_only = lost;
    for (const auto& [name, value] : *parameters) {
        Result<void> read;
        if (value.empty())
            read = {};  // as a form sends a field nobody filled in
        else if (name == "limit")
            read = read_limit(value, list);
        else if (name == "cursor")
            list.cursor = value;
        else if (name == "stage" && !lost)
            read = read_stage(value, lifecycle, list);
        else if (name == "older" && !lost)
            read = read_older(value, now, list);
        else if (name == "edge" && lost)
            read = read_edge(value, lifecycle, list);
        else
            read = fail(quoted(name) + " is no parameter here; there are " +
                        (lost ? "edge, limit and cursor" : "stage, older, limit and cursor"));
        if (!read) return tl::make_unexpected(read.error());
    }
    return list;
}

}  // namespace ordertrace
