#include <algorithm>

#include "base/balance.h"
#include "settings/addresses.h"
#include "settings/agent_sections.h"
#include "settings/names.h"

namespace ordertrace {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::size_t most_urls = 16;

Judged<std::string> user_name(const std::string& text) {
    if (text.find(':') == std::string::npos) return text;
    return complain("a colon in the user name", "the password goes into password_file");
}

void read_batch(MapReader& map, DestinationSettings& destination) {
    map.read("max_spans", destination.max_spans, CountRange{1, 100'000});
    // Beyond 20 MiB a Jaeger collector refuses a body.
    map.read("max_bytes", destination.max_bytes, SizeRange{1024, 20ULL << 20U});
    map.read("max_wait", destination.max_wait, DurationRange{milliseconds{1}, minutes{1}, true});
}

// If only one of the two is given the other gives way.
void read_retry(MapReader& map, DestinationSettings& destination) {
    const DurationRange range{milliseconds{1}, hours{1}};
    const bool first = map.read("first", destination.retry_first, range);
    const bool max = map.read("max", destination.retry_max, range);
    if (destination.retry_first <= destination.retry_max) return;
    if (first && max) {
        map.problem("first", to_text(destination.retry_first) + " is longer than max",
                    "at most " + to_text(destination.retry_max));
    } else if (first) {
        destination.retry_max = destination.retry_first;
    } else {
        destination.retry_first = destination.retry_max;
    }
}

void read_auth(MapReader& map, AuthSettings& auth) {
    bool basic = false;
    map.map("basic", [&](MapReader& inner) {
        inner.read("username", auth.username, user_name);
        inner.read_file_path("password_file", auth.password_file);
        basic = inner.given("username") || inner.given("password_file");
        if (inner.given("username") && !inner.given("password_file"))
            inner.problem("username", "a user without a password", "give password_file too");
        if (inner.given("password_file") && !inner.given("username"))
            inner.problem("password_file", "a password without its user", "give username too");
    });
    map.read_file_path("bearer_token_file", auth.bearer_token_file);
    if (basic && map.given("bearer_token_file"))
        map.problem("bearer_token_file", "basic and bearer at once", "a request carries one of them: leave one out");
}

DestinationSettings read_destination(MapReader& map) {
    DestinationSettings destination;
    if (!map.read("name", destination.name, destination_name) && map.has("name")) destination.name.clear();
    const bool good_urls = map.read_list("url", most_urls, destination.urls, parse_url) || !map.has("url");
    if (good_urls && destination.urls.empty()) map.problem("url", "an empty list", "give at least one");
    map.map("batch", [&](MapReader& inner) { read_batch(inner, destination); });
    map.read("timeout", destination.timeout, DurationRange{milliseconds{100}, minutes{10}});
    map.map("retry", [&](MapReader& inner) { read_retry(inner, destination); });
    map.read("compression", destination.compression, OneOf<DestinationSettings::Compression>{compression_words});
    const bool tls_used = !good_urls || std::any_of(destination.urls.begin(), destination.urls.end(),
                                                    [](const Url& url) { return url.tls; });
    map.map("tls", [&](MapReader& inner) { read_client_tls(inner, "the collector", tls_used, destination.tls); });
    map.map("auth", [&](MapReader& inner) { read_auth(inner, destination.auth); });
    return destination;
}

}  // namespace

void read_destinations(MapReader& root, AgentSettings& settings) {
    std::vector<DestinationSettings> destinations;
    root.each("export", max_destinations, [&](MapReader& map) {
        auto destination = read_destination(map);
        const bool taken = std::any_of(destinations.begin(), destinations.end(), [&](const DestinationSettings& other) {
            return other.name == destination.name && !destination.name.empty();
        });
        if (taken) map.problem("name", "another destination is called " + destination.name, "names must differ");
        destinations.push_back(std::move(destination));
    });
    if (!destinations.empty()) settings.destinations = std::move(destinations);
}

}  // namespace ordertrace
