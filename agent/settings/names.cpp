#include "settings/names.h"

#include <iconv.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "base/text.h"

namespace ordertrace {
namespace {

constexpr std::size_t longest_word = 128;  // of the protocol
constexpr std::size_t longest_pattern = 1024;
constexpr std::string_view lower_letters = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view upper_letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view digits = "0123456789";

bool consists_of(std::string_view text, std::size_t most, std::initializer_list<std::string_view> sets) {
    return !text.empty() && text.size() <= most && std::all_of(text.begin(), text.end(), [&](char c) {
        return std::any_of(sets.begin(), sets.end(),
                           [&](std::string_view set) { return set.find(c) != std::string_view::npos; });
    });
}

std::string lower(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    return text;
}

std::size_t characters_in(std::string_view utf8) {
    return static_cast<std::size_t>(std::count_if(
        utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool is_system(std::string_view text) { return consists_of(text, 64, {lower_letters, digits, "_.-"}); }

tl::unexpected<Complaint> no_system(const std::string& text) {
    return complain(quoted(text) + " is no system name", is_system(lower(text))
                                                             ? "did you mean " + lower(text) + "?"
                                                             : "use a-z 0-9 _ . - , at most 64 of them");
}

// Whether the bytes of our marker mean themselves.
bool extends_ascii(iconv_t converter) {
    std::string in = "ord1 \"\\:={}[]\n";
    std::array<char, 64> out{};
    char* from = in.data();
    char* to = out.data();
    std::size_t from_left = in.size();
    std::size_t to_left = out.size();
    if (iconv(converter, &from, &from_left, &to, &to_left) == static_cast<std::size_t>(-1)) return false;
    return std::string_view{out.data(), out.size() - to_left} == in;
}

bool is_offset(std::string_view text) {
    if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return false;
    if (!consists_of(text.substr(1, 2), 2, {digits}) || !consists_of(text.substr(4, 2), 2, {digits})) return false;
    return text.substr(1, 2) <= "14" && text.substr(4, 2) <= "59";
}

bool has_zone_file(const std::string& name) {
    if (!consists_of(name, 64, {lower_letters, upper_letters, digits, "_+-/"}) || name.front() == '/') return false;
    std::ifstream file{"/usr/share/zoneinfo/" + name, std::ios::binary};
    std::array<char, 4> magic{};
    file.read(magic.data(), magic.size());
    return file && std::string_view{magic.data(), magic.size()} == "TZif";
}

}  // namespace

Judged<std::string> own_system_name(const std::string& text) {
    if (!is_system(text)) return no_system(text);
    if (text == "order") return complain("order is reserved for the spans of the order itself", "choose another name");
    return text;
}

Judged<std::string> believed_system_name(const std::string& text) {
    const auto name = lower(text);
    if (!is_system(name)) return no_system(text);
    return name;
}

Judged<std::string> namespace_name(const std::string& text) {
    if (consists_of(text, 64, {lower_letters, upper_letters, digits, "_.-"})) return text;
    return complain(quoted(text) + " is no namespace", "use A-Z a-z 0-9 _ . - , at most 64 of them");
}

Judged<std::string> destination_name(const std::string& text) {
    if (consists_of(text, 32, {lower_letters, digits, "_-"})) return text;
    return complain(quoted(text) + " is no name of a destination", "use a-z 0-9 _ - , at most 32 of them");
}

Judged<std::string> process_tag_name(const std::string& text) {
    if (!consists_of(text, 63, {lower_letters, upper_letters, digits, "_.-"}))
        return complain(quoted(text) + " is no name of a tag", "use A-Z a-z 0-9 _ . - , at most 63 of them");
    for (const auto* own : {"host.id", "host.name", "service.name"})
        if (text == own) return complain("the agent sets " + text + " itself", "choose another name");
    return text;
}

Judged<std::string> glob(const std::string& text) {
    if (!text.empty() && text.size() <= longest_word) return text;
    return complain(quoted(text) + " is no pattern of a name", "write 1 to 128 bytes; * and ? are wild");
}

Judged<std::string> protocol_word(const std::string& text) {
    if (!text.empty() && text != "-" && text.size() <= longest_word) return text;
    return complain(quoted(text) + " cannot occur in an event", "write 1 to 128 bytes");
}

Judged<std::string> charset(const std::string& text) {
    if (!consists_of(text, 64, {lower_letters, upper_letters, digits, "_.:()+-"}))
        return complain(quoted(text) + " is no charset that iconv knows", "iconv -l lists them");
    const iconv_t converter = iconv_open("UTF-8", text.c_str());
    // The conversion descriptor of a failure is -1, by the contract of iconv_open.
    if (converter == reinterpret_cast<iconv_t>(-1))
        return complain(quoted(text) + " is no charset that iconv knows", "iconv -l lists them");
    const bool fits = extends_ascii(converter);
    iconv_close(converter);
    if (!fits) return complain(quoted(text) + " is no extension of ASCII", "lines in it cannot be told apart");
    return text;
}

Judged<std::string> time_zone(const std::string& text) {
    if (text == "UTC" || is_offset(text) || has_zone_file(text)) return text;
    return complain(quoted(text) + " is no time zone of this host", "write Europe/Moscow or +03:00, or install tzdata");
}

Judged<std::string> named_time_zone(const std::string& text) {
    if (text == "UTC" || has_zone_file(text)) return text;
    return complain(quoted(text) + " is no time zone of this host",
                    "write an IANA name as Europe/Moscow, or install tzdata");
}

Judged<std::string> order_pattern(const std::string& text) {
    if (text.empty()) return text;
    if (text.size() > longest_pattern) return complain("the pattern is longer than 1024 bytes");
    RE2::Options options;
    options.set_log_errors(false);
    const RE2 pattern{text, options};
    if (!pattern.ok()) {
        const auto& culprit = pattern.error_arg();
        const auto at = culprit.empty() ? std::string::npos : text.find(culprit);
        const std::string where = at == std::string::npos ? ""
                                                          : " at " + quoted(culprit) + ", character " +
                                                                std::to_string(characters_in(text.substr(0, at)) + 1);
        const auto& error = pattern.error();
        return complain("no valid pattern: " + error.substr(0, error.find(':')) + where);
    }
    if (pattern.NumberOfCapturingGroups() == 0)
        return complain("the pattern captures nothing", "put parentheses around the id");
    return text;
}

}  // namespace ordertrace
