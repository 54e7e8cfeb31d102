#include "settings/board_reader.h"

#include <algorithm>
#include <utility>

#include "settings/addresses.h"
#include "settings/board_sections.h"
#include "settings/common_sections.h"
#include "settings/lifecycle_reader.h"
#include "settings/names.h"
#include "settings/settings_file.h"

namespace ordertrace {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr UrlJudge jaeger_url{.example = "http://127.0.0.1:16686",
                              .target = "/",
                              .no_user = "the page shows it to everyone",
                              .no_query = "links are made by adding a path to it"};

Judged<std::string> link_base(const std::string& text) {
    const auto url = jaeger_url(text);
    if (!url) return tl::unexpected(url.error());
    return text.substr(0, text.find_last_not_of('/') + 1);
}

// Segments of unreserved characters: it is put into pages and compared with paths as it is.
Judged<std::string> base_path(const std::string& text) {
    const bool good = text.size() <= 256 && text.starts_with('/') && text.find("//") == std::string::npos &&
                      text.find("/.") == std::string::npos && std::all_of(text.begin(), text.end(), [](char c) {
                          return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                                 std::string_view{"/-._~"}.find(c) != std::string_view::npos;
                      });
    if (!good) return complain(quoted(text) + " is no path of a page", "write / or /orders/");
    return text.ends_with('/') ? text : text + "/";
}

Judged<std::optional<Endpoint>> marks_endpoint(const std::string& text) {
    if (text.empty()) return std::optional<Endpoint>{};
    auto endpoint = parse_endpoint(text);
    if (!endpoint) return tl::unexpected(endpoint.error());
    if (endpoint->port == 0) return complain("nobody listens on port 0", "give the port of an agent: 127.0.0.1:4747");
    return std::optional{std::move(*endpoint)};
}

void read_lifecycle_path(MapReader& root, BoardSettings& settings) {
    root.require("lifecycle", "give the path of the lifecycle file");
    root.read_file_path("lifecycle", settings.lifecycle);
    if (root.has("lifecycle") && !root.given("lifecycle"))
        root.problem("lifecycle", "an empty path", "give the path of the lifecycle file");
}

void read_web(MapReader& root, WebSettings& web) {
    root.map("web", [&](MapReader& map) {
        const bool good_address = map.read("listen", web.listen, parse_endpoint);
        if (good_address && !web.listen.loopback)
            map.problem("listen", to_string(web.listen) + " can be reached from other hosts",
                        "listen on 127.0.0.1 and let a web server that asks for a password pass requests on");
        map.read("base_path", web.base_path, base_path);
        map.read_or_empty("jaeger_url", web.jaeger_url, link_base);
    });
}

void read_watch(MapReader& root, WatchSettings& watch) {
    root.map("watch", [&](MapReader& map) {
        map.read("every", watch.every, DurationRange{seconds{1}, hours{1}});
        const bool good_settle =
            map.read("settle", watch.settle, DurationRange{seconds{1}, hours{24}, true}) || !map.has("settle");
        // Agents do not believe a time further back than 90 days.
        const bool good_back =
            map.read("look_back", watch.look_back, DurationRange{minutes{1}, hours{24 * 90}}) || !map.has("look_back");
        map.read("beat_gap", watch.beat_gap, DurationRange{seconds{1}, hours{24}});
        map.read("destination", watch.destination, destination_name);
        map.read("emit_to", watch.emit_to, marks_endpoint);
        if (good_settle && good_back && watch.settle >= watch.look_back)
            map.problem("settle", to_text(watch.settle) + " is not shorter than look_back",
                        "what is older than " + to_text(watch.look_back) + " gets no mark");
    });
}

void read_root(MapReader& root, BoardSettings& settings) {
    read_version(root);
    read_lifecycle_path(root, settings);
    read_store(root, settings.store);
    read_web(root, settings.web);
    const auto* sqlite = std::get_if<SqliteSettings>(&settings.store);
    if (sqlite != nullptr && sqlite->intake == settings.web.listen && settings.web.listen.port != 0)
        root.problem("web", to_string(settings.web.listen) + " is listened on twice",
                     "web.listen and store.sqlite.intake must differ");
    if (sqlite == nullptr) settings.watch.destination = "jaeger";
    read_watch(root, settings.watch);
    read_log(root, settings.log);
    read_shutdown(root, settings.shutdown_deadline);
}

// What the file says, with the problems and absent keys in `context`.
BoardSettings read_text(std::string_view text, ReadContext& context) {
    BoardSettings settings;
    read_settings_tree(text, context, "write version: 1 and lifecycle: FILE",
                       [&](MapReader& root) { read_root(root, settings); });
    return settings;
}

}  // namespace

BoardSettingsOrProblems parse_board_settings(std::string_view text, const std::string& file,
                                             const EnvironmentLookup& lookup) {
    ReadContext context{.file = file, .variable = lookup, .problems = {}, .absent = {}};
    auto settings = read_text(text, context);
    if (context.problems.empty()) return settings;
    return tl::unexpected(std::move(context.problems));
}

std::vector<std::string> absent_board_keys(std::string_view text, const EnvironmentLookup& lookup) {
    ReadContext context{.file = {}, .variable = lookup, .problems = {}, .absent = {}};
    read_text(text, context);
    return context.absent;
}

tl::expected<BoardFiles, std::vector<SettingsProblem>> read_board_files(const std::string& file,
                                                                        const EnvironmentLookup& lookup) {
    const auto text = read_settings_text(file);
    if (!text) return tl::unexpected(std::vector{text.error()});
    ReadContext context{.file = file, .variable = lookup, .problems = {}, .absent = {}};
    BoardFiles files{.settings = read_text(*text, context), .lifecycle = {}};
    if (!files.settings.lifecycle.empty()) {
        auto lifecycle = read_lifecycle(files.settings.lifecycle, lookup);
        if (lifecycle) {
            files.lifecycle = std::move(*lifecycle);
        } else {
            std::move(lifecycle.error().begin(), lifecycle.error().end(), std::back_inserter(context.problems));
        }
    }
    if (!context.problems.empty()) return tl::unexpected(std::move(context.problems));
    return files;
}

}  // namespace ordertrace
