// Reports an order's steps to the ordertrace agent on this host, by UDP. Paste what stands above the demo.
// It never blocks, never throws; with no agent there the line goes nowhere. From any thread. C++17 and POSIX.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdlib>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace ordertrace {

inline std::string quoted(std::string_view value) {
    std::string result{'"'};
    for (const char c : value) {
        if (c == '\n')
            result += "\\n";
        else if (c == '\r')
            result += "\\r";
        else if (c == '"' || c == '\\')
            result += {'\\', c};
        else
            result += c;
    }
    return result += '"';
}

inline sockaddr_in agent_address() {
    const char* port = std::getenv("ORDERTRACE_PORT");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<in_port_t>(port != nullptr ? std::atoi(port) : 4747));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

using Keys = std::initializer_list<std::pair<std::string_view, std::string_view>>;

// ordertrace::emit("end", "10042", {{"step", "push_to_crm"}, {"res", "fail"}}, "price service timeout");
inline void emit(std::string_view verb, std::string_view order, Keys keys, std::string_view note = {}) noexcept try {
    static const int agent_socket = ::socket(AF_INET, SOCK_DGRAM, 0);
    static const sockaddr_in agent = agent_address();
    std::string line = "ord1 " + std::string{verb} + ' ' + quoted(order);
    for (const auto& [key, value] : keys) line += ' ' + std::string{key} + '=' + quoted(value);
    if (!note.empty()) line += " :";
    for (const char c : note) line += c == '\n' || c == '\r' ? ' ' : c;  // one event stays one line
    std::size_t size = line.size() < 8192 ? line.size() : 8192;
    while (size < line.size() && (line[size] & 0xC0) == 0x80) --size;  // no half character at the end
    ::sendto(agent_socket, line.data(), size, MSG_DONTWAIT, reinterpret_cast<const sockaddr*>(&agent), sizeof agent);
} catch (...) {
    // Whatever it is: tracing must not be the service's trouble.
}

}  // namespace ordertrace

// demo

#include <algorithm>
#include <chrono>
#include <cstdio>

int main() {
    double slowest = 0;
    const auto timed = [&](std::string_view verb, std::string_view order, ordertrace::Keys keys,
                           std::string_view note) {
        const auto begin = std::chrono::steady_clock::now();
        ordertrace::emit(verb, order, keys, note);
        const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
        slowest = std::max(slowest, took.count());
    };
    std::string words;
    for (int i = 0; i < 10000; ++i) words += "слово ";
    timed("start", "ЗК-77", {{"step", "calc_price"}, {"id", "op-7"}}, "");
    timed("end", "ЗК-77", {{"step", "calc_price"}, {"id", "op-7"}, {"_material", "дуб \"A\" C:\\new"}}, "");
    timed("span", "10042",
          {{"step", "push to crm"},
           {"ms", "250"},
           {"try", "3"},
           {"of", "3"},
           {"res", "fail"},
           {"err", "said \"no\"\nC:\\temp"}},
          "on the way\nord1 status 10043 st=STOLEN");
    timed("status", "ЗК-77", {{"st", "РАСПИЛ"}}, "принято \"как есть\"");
    timed("note", "ЗК-77", {}, words);
    std::printf("slowest call: %.3f ms\n", slowest);
}
