#include "cli/sample_check.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <ostream>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/display_text.h"
#include "base/result.h"
#include "base/text.h"
#include "cli/exit_code.h"
#include "cli/map_option.h"
#include "cli/meaning_text.h"
#include "maps/line_mapper.h"

namespace ordertrace {
namespace {

namespace json = boost::json;

constexpr std::size_t most_columns = 120;
constexpr std::size_t most_of_line = 4096;  // that is shown

// What one line became, or with `each` one element of it.
struct Row {
    std::size_t line = 0;
    std::string text;
    MappedEvent mapped;
    Meaning meaning;  // of an event
};

std::string_view explanation(Skip skip) {
    switch (skip) {
        case Skip::none: return "an event";
        case Skip::no_rule: return "no rule matches";
        case Skip::no_json: return "no JSON object or array";
        case Skip::no_array: return "nothing stands at each";
        case Skip::header: return "the names of the columns";
        case Skip::no_order: return "the order is empty";
        case Skip::order_long: return "the order is over 128 bytes; cut, it could be another one";
        case Skip::incomplete: return "what the event must have is empty";
    }
    return "skipped";
}

std::vector<Row> rows_of(const EventMap& map, std::string_view sample, const SampleCheck& options, TimePoint now) {
    std::vector<Row> rows;
    std::string events;
    for (std::size_t line = 1; !sample.empty(); ++line) {
        const auto text = sample.substr(0, sample.find('\n'));
        sample.remove_prefix(std::min(sample.size(), text.size() + 1));
        map_line(map, text, now, [&](MappedEvent mapped) {
            if (!mapped.event.empty()) events += mapped.event + '\n';
            rows.push_back({line, make_inert(cut_utf8(text, most_of_line)), std::move(mapped), {}});
        });
    }
    // Read at once, so that an end finds its start.
    const auto meanings = meaning_of(events, options.agent, now);
    auto meaning = meanings.begin();
    for (auto& row : rows)
        if (!row.mapped.event.empty() && meaning != meanings.end()) row.meaning = *meaning++;
    return rows;
}

std::string text_of(const Row& row) {
    auto text = "line " + std::to_string(row.line) + ": " + fit(row.text, most_columns) + '\n';
    const auto rule = row.mapped.rule == 0 ? std::string{} : "rule " + std::to_string(row.mapped.rule);
    if (row.mapped.event.empty())
        return text + "skipped" + (rule.empty() ? "" : " by " + rule) + ": " +
               std::string{explanation(row.mapped.skip)} + '\n';
    return text + rule + ": " + make_inert(row.mapped.event) + '\n' + meaning_text(row.meaning);
}

std::string json_of(const Row& row) {
    json::object object{{"line", row.line}, {"text", row.text}};
    if (row.mapped.rule != 0) object["rule"] = row.mapped.rule;
    if (row.mapped.event.empty()) {
        object["skipped"] = name_of(row.mapped.skip);
        object["explanation"] = explanation(row.mapped.skip);
    } else {
        object["becomes"] = make_inert(row.mapped.event);
        const auto meaning = json::parse(meaning_json(row.meaning));
        for (const auto& member : meaning.get_object()) object[member.key()] = member.value();
    }
    return json::serialize(object) + '\n';
}

Result<std::string> read_sample(const std::string& file) {
    std::ifstream input{file, std::ios::binary};
    std::string text;
    std::array<char, 65'536> chunk{};
    while (text.size() <= max_input && (input.read(chunk.data(), chunk.size()) || input.gcount() > 0))
        text.append(chunk.data(), static_cast<std::size_t>(input.gcount()));
    if (!input.is_open() || input.bad())
        return fail("--sample " + file + ": " + std::strerror(errno) + "; name a log that this user may read");
    if (text.size() > max_input) return fail("--sample " + file + ": over 16 MiB; check a part of it");
    return text;
}

int judge(const std::vector<Row>& rows, bool quiet, std::ostream& output) {
    std::size_t events = 0;
    std::size_t rejected = 0;
    for (const auto& row : rows) {
        events += row.mapped.event.empty() ? 0 : 1;
        rejected += row.meaning.reject ? 1 : 0;
    }
    if (!quiet)
        output << (rows.empty() ? "" : "\n") << (rows.empty() ? 0 : rows.back().line) << " lines: " << events
               << " events, " << rows.size() - events << " skipped, " << rejected << " the agent would reject\n";
    return events > 0 && rejected == 0 ? exit_code::fine : exit_code::negative;
}

}  // namespace

int check_sample(const SampleCheck& options, TimePoint now, std::ostream& output, std::ostream& errors) {
    const auto map = read_map_option(options.map, errors);
    if (!map) return exit_code::configuration;
    if (options.sample.empty()) {
        if (!options.json) output << options.map << ": fine\n";
        return exit_code::fine;
    }
    const auto sample = read_sample(options.sample);
    if (!sample) {
        errors << "ordertrace check: " << sample.error().message << '\n';
        return exit_code::usage;
    }
    const auto rows = rows_of(*map, *sample, options, now);
    bool first = true;
    for (const auto& row : rows) {
        if (!options.json && !first) output << '\n';
        output << (options.json ? json_of(row) : text_of(row));
        first = false;
    }
    return judge(rows, options.json, output);
}

}  // namespace ordertrace
