#include <algorithm>

#include "base/balance.h"
#include "settings/addresses.h"
#include "settings/agent_sections.h"
#include "settings/names.h"

namespace ordertrace {
namespace {

ListenerSettings read_listener(MapReader& map) {
    ListenerSettings listener;
    const bool good_address = map.read("udp", listener.udp, parse_endpoint) || !map.has("udp");
    const bool good_ranges = map.read_list("allow_from", most_names, listener.allow_from, parse_cidr);
    map.read_list("systems", most_names, listener.systems, believed_system_name);
    map.read_list("namespaces", most_names, listener.namespaces, namespace_name);
    map.read_or_empty("charset", listener.charset, charset);
    map.read("legacy_charset", listener.legacy_charset, charset);
    map.read("timezone", listener.timezone, time_zone);
    // Twice of it is what the kernel sets aside, in an int.
    map.read("receive_buffer", listener.receive_buffer, SizeRange{4096, 1ULL << 30U});
    if (good_address && !listener.udp.loopback && !map.has("allow_from"))
        map.problem("udp", to_string(listener.udp) + " can be reached from other hosts",
                    "say who may send: allow_from: [10.0.0.0/8]");
    if (good_address && !listener.udp.loopback && good_ranges && listener.allow_from.empty())
        map.problem("allow_from", "nobody may send to " + to_string(listener.udp), "give at least one range");
    if (!good_address) listener.udp.port = 0;  // compared with no other
    return listener;
}

}  // namespace

void read_listeners(MapReader& root, AgentSettings& settings) {
    std::vector<ListenerSettings> listeners;
    root.each("listen", max_listeners, [&](MapReader& map) {
        auto listener = read_listener(map);
        const bool taken = std::any_of(listeners.begin(), listeners.end(), [&](const ListenerSettings& other) {
            return other.udp == listener.udp && listener.udp.port != 0;
        });
        if (taken) map.problem("udp", to_string(listener.udp) + " is listened on twice", "one listener an address");
        listeners.push_back(std::move(listener));
    });
    if (!listeners.empty()) settings.listen = std::move(listeners);
}

}  // namespace ordertrace
