#include <algorithm>
#include <optional>

#include "base/balance.h"
#include "settings/addresses.h"
#include "settings/agent_sections.h"
#include "settings/names.h"

namespace ordertrace {
namespace {

using Kind = ListenerSettings::Kind;

bool is_network(Kind kind) { return kind != Kind::directory; }
bool has_connections(Kind kind) { return kind == Kind::tcp || kind == Kind::http; }

// Which way in the map names. Without any it is UDP at its default address.
std::optional<Kind> read_kind(MapReader& map) {
    std::vector<Kind> given;
    for (const auto& [word, kind] : kind_words)
        if (map.has(word)) given.push_back(kind);
    if (given.empty()) {
        std::string none;  // asked for all the same: what is misspelt may be one of them
        for (const auto& [word, kind] : kind_words)
            map.read(word, none, [](const std::string& text) { return Judged<std::string>{text}; });
        return std::nullopt;
    }
    for (auto other = given.begin() + 1; other != given.end(); ++other)
        map.refuse(word_for(kind_words, *other), "the listener is " + word_for(kind_words, given.front()) + " already",
                   "one way in an item; begin another with a dash");
    return given.front();
}

// Each kind has keys of its own; the others are no typing mistakes.
void refuse_foreign_keys(MapReader& map, Kind kind) {
    const auto refuse = [&](const char* key, const char* takes) {
        map.refuse(key, "no effect with " + word_for(kind_words, kind),
                   std::string{"leave it out; it is for "} + takes);
    };
    if (kind != Kind::udp) refuse("receive_buffer", "udp");
    if (!is_network(kind)) refuse("allow_from", "udp, tcp and http");
    if (!has_connections(kind)) {
        refuse("max_connections", "tcp and http");
        refuse("idle_timeout", "tcp and http");
    }
    if (kind != Kind::directory) refuse("then", "directory");
}

void read_senders(MapReader& map, bool good_address, ListenerSettings& listener) {
    const auto key = word_for(kind_words, listener.kind);
    const bool good_ranges = map.read_list("allow_from", most_names, listener.allow_from, parse_cidr);
    if (good_address && !listener.address.loopback && !map.has("allow_from"))
        map.problem(key, to_string(listener.address) + " can be reached from other hosts",
                    "say who may send: allow_from: [10.0.0.0/8]");
    if (good_address && !listener.address.loopback && good_ranges && listener.allow_from.empty())
        map.problem("allow_from", "nobody may send to " + to_string(listener.address), "give at least one range");
}

void read_texts(MapReader& map, ListenerSettings& listener) {
    map.read_list("systems", most_names, listener.systems, believed_system_name);
    map.read_list("namespaces", most_names, listener.namespaces, namespace_name);
    map.read_or_empty("charset", listener.charset, charset);
    map.read("legacy_charset", listener.legacy_charset, charset);
    map.read("timezone", listener.timezone, time_zone);
}

ListenerSettings read_listener(MapReader& map) {
    ListenerSettings listener;
    const auto given = read_kind(map);
    listener.kind = given.value_or(Kind::udp);
    const auto key = word_for(kind_words, listener.kind);
    bool good_address = true;
    if (given && is_network(*given)) good_address = map.read(key, listener.address, parse_endpoint);
    if (is_network(listener.kind))
        read_senders(map, good_address, listener);
    else
        map.read_directory_path(key, listener.directory);
    read_texts(map, listener);
    // Twice of it is what the kernel sets aside, in an int.
    if (listener.kind == Kind::udp) map.read("receive_buffer", listener.receive_buffer, SizeRange{4096, 1ULL << 30U});
    if (has_connections(listener.kind)) {
        map.read("max_connections", listener.max_connections, CountRange{1, 1000});
        map.read("idle_timeout", listener.idle_timeout,
                 DurationRange{std::chrono::milliseconds{100}, std::chrono::hours{24}, true});
    }
    if (listener.kind == Kind::directory) map.read("then", listener.then, OneOf<ListenerSettings::Then>{then_words});
    refuse_foreign_keys(map, listener.kind);
    if (!good_address) listener.address.port = 0;  // compared with no other
    return listener;
}

// TCP and HTTP share the ports of TCP.
bool same_place(const ListenerSettings& one, const ListenerSettings& other) {
    if (one.kind == Kind::directory || other.kind == Kind::directory)
        return one.kind == other.kind && one.directory == other.directory;
    return one.address == other.address && one.address.port != 0 &&
           (one.kind == Kind::udp) == (other.kind == Kind::udp);
}

}  // namespace

void read_listeners(MapReader& root, AgentSettings& settings) {
    std::vector<ListenerSettings> listeners;
    root.each("listen", max_listeners, [&](MapReader& map) {
        auto listener = read_listener(map);
        const bool taken = std::any_of(listeners.begin(), listeners.end(),
                                       [&](const ListenerSettings& other) { return same_place(listener, other); });
        const auto key = word_for(kind_words, listener.kind);
        if (taken && listener.kind == Kind::directory)
            map.problem(key, listener.directory + " is watched twice", "one listener a directory");
        else if (taken)
            map.problem(key, to_string(listener.address) + " is listened on twice", "one listener an address");
        listeners.push_back(std::move(listener));
    });
    if (!listeners.empty()) settings.listen = std::move(listeners);
}

}  // namespace ordertrace
