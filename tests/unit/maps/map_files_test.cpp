#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "maps/event_map_reader.h"
#include "maps/line_mapper.h"

using namespace ordertrace;

namespace {

const TimePoint now = from_micros(1'795'305'600'000'000);

std::optional<std::string> environment(const std::string& name) {
    if (name == "SYSTEM") return "mes";
    return std::nullopt;
}

std::string text_in(const std::filesystem::path& path) {
    std::ifstream file{path, std::ios::binary};
    REQUIRE(file);
    return {std::istreambuf_iterator<char>{file}, {}};
}

std::vector<std::filesystem::path> maps_in(const std::string& folder) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator{ORDERTRACE_SOURCE_DIR "/tests/maps/" + folder})
        if (entry.path().extension() == ".yaml") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

std::string lines(const std::vector<SettingsProblem>& problems) {
    std::string text;
    for (const auto& problem : problems) text += to_string(problem) + '\n';
    return text;
}

// "3 by rule 1: ord1 …", or "3 by rule 1: skipped, no_order".
std::string mapped(const EventMap& map, const std::string& log) {
    std::istringstream input{log};
    std::string line;
    std::string out;
    for (int number = 1; std::getline(input, line); ++number)
        map_line(map, line, now, [&](const MappedEvent& event) {
            out += std::to_string(number);
            if (event.rule != 0) out += " by rule " + std::to_string(event.rule);
            const auto skipped = "skipped, " + std::string{name_of(event.skip)};
            CHECK(event.event.empty() == (event.skip != Skip::none));
            out += ": " + (event.event.empty() ? skipped : event.event) + '\n';
        });
    return out;
}

}  // namespace

// Each file of tests/maps/good lies beside a log, and what the log becomes.
TEST_CASE("every good map makes of its log what is expected") {
    const auto files = maps_in("good");
    CHECK(files.size() >= 5);
    for (const auto& file : files) {
        CAPTURE(file.filename().string());
        const auto map = parse_event_map(text_in(file), file.filename().string(), environment);
        REQUIRE((map ? "" : lines(map.error())) == std::string{});
        auto beside = file;
        CHECK(mapped(*map, text_in(beside.replace_extension(".log"))) == text_in(beside.replace_extension(".txt")));
    }
}

// Each file of tests/maps/bad lies beside the messages it must lead to, whole and in order.
TEST_CASE("every bad map is refused with all of its messages") {
    const auto files = maps_in("bad");
    CHECK(files.size() >= 8);
    for (const auto& file : files) {
        CAPTURE(file.filename().string());
        const auto map = parse_event_map(text_in(file), file.filename().string(), environment);
        REQUIRE_FALSE(map);
        auto beside = file;
        CHECK(lines(map.error()) == text_in(beside.replace_extension(".txt")));
    }
}

TEST_CASE("a map that cannot be read is one problem without a place") {
    const auto map = read_event_map("/nonexistent/map.yaml", environment);
    REQUIRE_FALSE(map);
    CHECK(lines(map.error()) == "/nonexistent/map.yaml: the file cannot be read: No such file or directory\n");
}
