#include "settings/agent_reader.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <tuple>

#include "base/unique_fd.h"
#include "settings/addresses.h"
#include "settings/agent_sections.h"
#include "settings/map_reader.h"
#include "settings/names.h"
#include "settings/values.h"

namespace ordertrace {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

constexpr std::size_t most_tags = 64;
constexpr std::size_t most_file = 1U << 20U;  // as parse_config; one byte more is read, so that it sees the excess

Judged<std::string> tag_value(const std::string& text) {
    constexpr std::size_t longest = 1024;
    if (text.size() <= longest) return text;
    return complain("the value has " + std::to_string(text.size()) + " bytes", "at most 1024");
}

void read_version(MapReader& root) {
    root.require("version", "write version: 1");
    std::uint64_t version = 1;
    root.read("version", version, [](const std::string& text) -> Judged<std::uint64_t> {
        if (text != "1") return complain(quoted(text) + " is not known to this program", "it reads version 1");
        return 1U;
    });
}

void read_order(MapReader& root, AgentSettings& settings) {
    root.map("order", [&](MapReader& map) {
        map.read("strip_leading_zeros", settings.order.strip_leading_zeros, parse_bool);
        map.read("case", settings.order.letter_case, OneOf<OrderSettings::Case>{case_words});
        map.read("pattern", settings.order.pattern, order_pattern);
        map.read("origin", settings.steps.origin, parse_bool);
        map.read("origin_status", settings.steps.origin_status, protocol_word);
    });
}

void read_attributes(MapReader& root, AttributeSettings& attributes) {
    root.map("attributes", [&](MapReader& map) {
        map.read_list("allow", most_names, attributes.allow, glob);
        map.read_list("mask", mask_words.size(), attributes.mask, OneOf<AttributeSettings::Mask>{mask_words});
        map.read("notes", attributes.notes, OneOf<AttributeSettings::Notes>{notes_words});
    });
}

void read_journal(MapReader& root, AgentSettings& settings) {
    constexpr std::uint64_t mebibyte = 1ULL << 20U;
    root.map("journal", [&](MapReader& map) {
        map.read_directory_path("directory", settings.journal.directory);
        map.read("limit", settings.journal.limit, SizeRange{mebibyte, mebibyte << 20U});
        map.read("memory_limit", settings.journal.memory_limit, SizeRange{mebibyte, mebibyte << 12U});
        map.read("sync_every", settings.journal.sync_every, DurationRange{milliseconds{10}, hours{1}});
    });
    settings.steps.max_open_bytes = settings.journal.limit / 2;
}

void read_root(MapReader& root, AgentSettings& settings) {
    read_version(root);
    root.require("system", "give the name of this service in Jaeger");
    root.read("system", settings.system, own_system_name);
    root.read("namespace", settings.name_space, namespace_name);
    root.read_named("tags", most_tags, settings.tags, process_tag_name, tag_value);
    read_order(root, settings);
    root.read_list("linked_systems", most_names, settings.steps.linked_systems, glob);
    read_listeners(root, settings);
    read_attributes(root, settings.attributes);
    read_steps(root, settings);
    read_journal(root, settings);
    read_destinations(root, settings);
    root.map("admin", [&](MapReader& map) { map.read("listen", settings.admin, parse_endpoint); });
    root.read("beat_every", settings.beat_every, DurationRange{milliseconds{100}, hours{24}, true});
    root.map("log", [&](MapReader& map) {
        map.read("level", settings.log.level, OneOf<LogSettings::Level>{level_words});
        map.read("format", settings.log.format, OneOf<LogSettings::Format>{format_words});
    });
    root.map("shutdown", [&](MapReader& map) {
        map.read("deadline", settings.shutdown_deadline, DurationRange{milliseconds{100}, hours{1}, true});
    });
}

// What the file says, with the problems and absent keys in `context`.
AgentSettings read_text(std::string_view text, ReadContext& context) {
    AgentSettings settings;
    auto tree = parse_config(text);
    if (!tree) {
        tree.error().file = context.file;
        context.problems.push_back(std::move(tree.error()));
    } else if (tree->kind == ConfigNode::Kind::nothing) {
        context.problems.push_back({.file = context.file,
                                    .line = 1,
                                    .column = 1,
                                    .key = {},
                                    .what = "the file is empty",
                                    .hint = "write version: 1 and system: NAME"});
    } else {
        tree->place = {1, 1};
        MapReader::read_map(*tree, "", context, [&](MapReader& root) { read_root(root, settings); });
    }
    return settings;
}

tl::unexpected<std::vector<SettingsProblem>> file_problem(const std::string& file, int error) {
    return tl::unexpected(
        std::vector<SettingsProblem>{{.file = file,
                                      .key = {},
                                      .what = std::string{"the file cannot be read: "} + std::strerror(error),
                                      .hint = {}}});
}

}  // namespace

AgentSettingsOrProblems parse_agent_settings(std::string_view text, const std::string& file,
                                             const EnvironmentLookup& lookup) {
    ReadContext context{.file = file, .variable = lookup, .problems = {}, .absent = {}};
    auto settings = read_text(text, context);
    if (context.problems.empty()) return settings;
    std::stable_sort(context.problems.begin(), context.problems.end(),
                     [](const SettingsProblem& a, const SettingsProblem& b) {
                         return std::tie(a.line, a.column) < std::tie(b.line, b.column);
                     });
    return tl::unexpected(std::move(context.problems));
}

AgentSettingsOrProblems read_agent_settings(const std::string& file, const EnvironmentLookup& lookup) {
    const UniqueFd fd{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!fd) return file_problem(file, errno);
    std::string text;
    std::array<char, 65536> part{};
    while (text.size() <= most_file) {
        const auto got = ::read(fd.get(), part.data(), part.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return file_problem(file, errno);
        if (got == 0) break;
        text.append(part.data(), static_cast<std::size_t>(got));
    }
    return parse_agent_settings(text, file, lookup);
}

std::vector<std::string> absent_agent_keys(std::string_view text, const EnvironmentLookup& lookup) {
    ReadContext context{.file = {}, .variable = lookup, .problems = {}, .absent = {}};
    read_text(text, context);
    return context.absent;
}

}  // namespace ordertrace
