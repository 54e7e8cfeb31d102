#include "settings/config_writer.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"

namespace ordertrace {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Texts that no YAML reader, of version 1.1 or 1.2, takes for anything but themselves.
bool is_plain(const std::string& text) {
    static constexpr std::array<std::string_view, 9> taken{"null", "true", "false", "yes", "no", "on", "off", "y", "n"};
    if (text.empty() || !(is_letter(text.front()) || text.front() == '/') || text.back() == ':') return false;
    const bool special =
        std::any_of(taken.begin(), taken.end(), [&](std::string_view word) { return equals_ignore_case(word, text); });
    return !special && std::all_of(text.begin(), text.end(), [](char c) {
        return is_letter(c) || std::string_view{"0123456789_./:+-"}.find(c) != std::string_view::npos;
    });
}

// Keys hold no variables, values may.
enum class Role { key, value };

std::string scalar(const std::string& text, Role role) {
    if (is_plain(text)) return text;
    static constexpr std::string_view hex = "0123456789abcdef";
    std::string out = "\"";
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const auto byte = static_cast<unsigned char>(c);
        if (role == Role::value && c == '$' && text.compare(i, 2, "${") == 0) out += '$';
        if (c == '"' || c == '\\') out += '\\';
        if (byte < 0x20 || byte == 0x7F) {
            out += "\\x";
            out += hex[byte >> 4U];
            out += hex[byte & 15U];
        } else {
            out += c;
        }
    }
    return out + "\"";
}

bool is_flow(const ConfigNode& node) {
    if (node.kind == ConfigNode::Kind::map) return node.entries.empty();
    return std::none_of(node.items.begin(), node.items.end(),
                        [](const ConfigNode& item) { return item.kind == ConfigNode::Kind::map; });
}

void write_map(const ConfigNode& map, const std::string& indent, std::string& out);

void write_list(const ConfigNode& list, const std::string& indent, std::string& out) {
    for (const auto& item : list.items) {
        std::string block;
        write_map(item, indent + "  ", block);
        block.replace(indent.size(), 1, "-");
        out += block;
    }
}

void write_map(const ConfigNode& map, const std::string& indent, std::string& out) {
    for (const auto& entry : map.entries) {
        out += indent + scalar(entry.key, Role::key) + ":";
        if (is_flow(entry.value)) {
            out += " " + to_yaml_line(entry.value) + "\n";
        } else if (entry.value.kind == ConfigNode::Kind::map) {
            out += "\n";
            write_map(entry.value, indent + "  ", out);
        } else {
            out += "\n";
            write_list(entry.value, indent + "  ", out);
        }
    }
}

}  // namespace

ConfigNode config_text(std::string text) {
    ConfigNode node;
    node.kind = ConfigNode::Kind::text;
    node.text = std::move(text);
    return node;
}

ConfigNode config_bare(std::string text) {
    auto node = config_text(std::move(text));
    node.bare = true;
    return node;
}

ConfigNode config_list(const std::vector<std::string>& texts) {
    ConfigNode list;
    list.kind = ConfigNode::Kind::list;
    for (const auto& text : texts) list.items.push_back(config_text(text));
    return list;
}

ConfigNode config_map(std::vector<ConfigEntry> entries) {
    ConfigNode map;
    map.kind = ConfigNode::Kind::map;
    map.entries = std::move(entries);
    return map;
}

ConfigEntry config_entry(std::string key, ConfigNode value) {
    return {.key = std::move(key), .place = {}, .value = std::move(value)};
}

std::string to_yaml(const ConfigNode& map) {
    std::string out;
    write_map(map, "", out);
    return out;
}

std::string to_yaml_line(const ConfigNode& node) {
    if (node.kind == ConfigNode::Kind::map) return "{}";
    if (node.kind != ConfigNode::Kind::list) return node.bare ? node.text : scalar(node.text, Role::value);
    std::string out = "[";
    for (const auto& item : node.items) out += (out.size() > 1 ? ", " : "") + to_yaml_line(item);
    return out + "]";
}

}  // namespace ordertrace
