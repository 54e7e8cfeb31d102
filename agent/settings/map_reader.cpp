#include "settings/map_reader.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "base/unique_fd.h"

namespace ordertrace {
namespace {

std::string kind_text(ConfigNode::Kind kind) {
    switch (kind) {
        case ConfigNode::Kind::nothing: return "nothing";
        case ConfigNode::Kind::text: return "a single value";
        case ConfigNode::Kind::list: return "a list";
        case ConfigNode::Kind::map: return "a map";
    }
    return {};
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

// Why the file cannot be read, empty if it can.
std::string unreadable(const std::string& path) {
    // O_NONBLOCK: a named pipe must not stop the judging of the rest.
    const UniqueFd fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (!fd) return std::strerror(errno);
    struct stat status{};
    if (::fstat(fd.get(), &status) == 0 && S_ISDIR(status.st_mode)) return std::strerror(EISDIR);
    return {};
}

// Absolute, so that what show-config prints means the same anywhere; a file named without a directory lies in the
// working directory, where relative paths are right as they are.
std::string from_directory_of(const std::string& file, const std::string& path) {
    const auto directory = std::filesystem::path{file}.parent_path();
    if (path.empty() || directory.empty()) return path;
    std::error_code no_working_directory;
    const auto whole = std::filesystem::absolute(directory / path, no_working_directory);
    return no_working_directory ? path : whole.lexically_normal().string();
}

}  // namespace

void MapReader::read_map(const ConfigNode& node, const std::string& path, ReadContext& context,
                         const Section& section) {
    MapReader reader{node, path, context};
    if (node.kind != ConfigNode::Kind::map) {
        reader.add(node.place, path, kind_text(node.kind) + " instead of a map", "write key: value");
        return;
    }
    section(reader);
    reader.report_unknown();
}

void MapReader::require(std::string_view key, std::string hint) {
    if (find(key) == nullptr) problem(key, "missing", std::move(hint));
}

bool MapReader::has(std::string_view key) const {
    const auto* entry = find(key);
    return entry != nullptr && entry->value.kind != ConfigNode::Kind::nothing;
}

bool MapReader::given(std::string_view key) const {
    if (!has(key)) return false;
    const auto& value = find(key)->value;
    if (value.kind != ConfigNode::Kind::text) return true;
    const auto text = replace_variables(value.text, context_.variable);
    return !text || !text->empty();
}

void MapReader::refuse(std::string_view key, std::string what, std::string hint) {
    if (find(key) == nullptr) return;
    known_.emplace_back(key);
    problem(key, std::move(what), std::move(hint));
}

void MapReader::read_directory_path(std::string_view key, std::string& out) {
    read(key, out, [this](const std::string& text) -> Judged<std::string> {
        if (text.empty()) return complain("an empty path");
        return from_directory_of(context_.file, text);
    });
}

void MapReader::read_file_path(std::string_view key, std::string& out) {
    read(key, out, [this](const std::string& text) -> Judged<std::string> {
        const auto path = from_directory_of(context_.file, text);
        if (path.empty()) return path;
        // The path is not repeated: it may be the secret itself, put where its file belongs.
        if (const auto why = unreadable(path); !why.empty())
            return complain("the file cannot be read: " + why, "give the path of a file this user may read");
        return path;
    });
}

void MapReader::map(std::string_view key, const Section& section) {
    if (const auto* entry = take(key)) read_map(entry->value, path_of(key), context_, section);
}

void MapReader::each_named(std::string_view key, std::size_t most,
                           const std::function<void(const std::string& name, MapReader&)>& section) {
    for (const auto* entry : take_names(key, most))
        read_map(entry->value, path_of(key) + "." + entry->key, context_,
                 [&](MapReader& reader) { section(entry->key, reader); });
}

std::optional<std::vector<std::string>> MapReader::names_in(std::string_view key) const {
    const auto* entry = find(key);
    if (entry == nullptr || entry->value.kind != ConfigNode::Kind::map) return std::nullopt;
    std::vector<std::string> names;
    for (const auto& name : entry->value.entries) names.push_back(name.key);
    return names;
}

bool MapReader::each(std::string_view key, std::size_t most, const Section& section) {
    const auto* list = take_list(key, most, "begin each item with a dash");
    if (list == nullptr) return false;
    if (list->items.empty()) problem(key, "an empty list", "give at least one");
    for (std::size_t i = 0; i < list->items.size(); ++i)
        read_map(list->items[i], path_of(key) + "[" + std::to_string(i) + "]", context_, section);
    return true;
}

void MapReader::problem(std::string_view key, std::string what, std::string hint) {
    const auto* entry = find(key);
    add(entry != nullptr ? entry->value.place : node_.place, path_of(key), std::move(what), std::move(hint));
}

void MapReader::problem_at_name(std::string_view key, const std::string& name, std::string what, std::string hint) {
    const MapReader inner{find(key)->value, path_of(key), context_};
    add(inner.find(name)->place, inner.path_of(name), std::move(what), std::move(hint));
}

std::string MapReader::path_of(std::string_view key) const {
    if (path_.empty() || key.empty()) return path_.empty() ? std::string{key} : path_;
    return path_ + "." + std::string{key};
}

const ConfigEntry* MapReader::find(std::string_view key) const {
    const auto entry = std::find_if(node_.entries.begin(), node_.entries.end(),
                                    [&](const ConfigEntry& candidate) { return candidate.key == key; });
    return entry == node_.entries.end() ? nullptr : &*entry;
}

const ConfigEntry* MapReader::take(std::string_view key) {
    known_.emplace_back(key);
    const auto* entry = find(key);
    if (entry == nullptr) {
        context_.absent.push_back(path_of(key));
    } else if (entry->value.kind == ConfigNode::Kind::nothing) {
        add(entry->place, path_of(key), "no value", "give one, or leave the key out");
        return nullptr;
    }
    return entry;
}

const ConfigNode* MapReader::take_list(std::string_view key, std::size_t most, const std::string& hint) {
    const auto* entry = take(key);
    if (entry == nullptr) return nullptr;
    const auto& value = entry->value;
    if (value.kind != ConfigNode::Kind::list) {
        problem(key, kind_text(value.kind) + " instead of a list", hint);
        return nullptr;
    }
    if (value.items.size() > most) {
        problem(key, std::to_string(value.items.size()) + " items are too many", "at most " + std::to_string(most));
        return nullptr;
    }
    return &value;
}

std::vector<const ConfigEntry*> MapReader::take_names(std::string_view key, std::size_t most) {
    std::vector<const ConfigEntry*> names;
    const auto* entry = take(key);
    if (entry == nullptr) return names;
    read_map(entry->value, path_of(key), context_, [&](MapReader& reader) {
        for (const auto& name : entry->value.entries) {
            // A second one of the same name is left to report_unknown.
            if (std::find(reader.known_.begin(), reader.known_.end(), name.key) != reader.known_.end()) continue;
            if (reader.take(name.key) != nullptr) names.push_back(&name);
        }
    });
    if (names.size() > most) {
        problem(key, std::to_string(names.size()) + " items are too many", "at most " + std::to_string(most));
        names.clear();
    }
    return names;
}

std::optional<std::string> MapReader::text_of(const ConfigNode& node, const std::string& path) {
    if (node.kind != ConfigNode::Kind::text) {
        add(node.place, path, kind_text(node.kind) + " instead of a single value");
        return std::nullopt;
    }
    auto text = replace_variables(node.text, context_.variable);
    if (!text) {
        add(node.place, path, text.error().what, text.error().hint);
        return std::nullopt;
    }
    if (std::any_of(text->begin(), text->end(), is_control)) {
        add(node.place, path, "a control character in the value");
        return std::nullopt;
    }
    return std::move(*text);
}

void MapReader::add(Place place, std::string path, std::string what, std::string hint) {
    context_.problems.push_back({.file = context_.file,
                                 .line = place.line,
                                 .column = place.column,
                                 .key = std::move(path),
                                 .what = std::move(what),
                                 .hint = std::move(hint)});
}

void MapReader::report_unknown() {
    std::vector<std::string> free;  // a key that is already given is no candidate
    for (const auto& known : known_)
        if (find(known) == nullptr) free.push_back(known);
    for (const auto& entry : node_.entries) {
        if (const auto* first = find(entry.key); first != &entry) {
            add(entry.place, path_of(entry.key), "given twice", "first in line " + std::to_string(first->place.line));
        } else if (std::find(known_.begin(), known_.end(), entry.key) == known_.end()) {
            auto hint = nearest_name_hint(entry.key, free);
            if (hint.empty()) hint = "known here: " + alternatives(known_);
            add(entry.place, path_of(entry.key), "unknown key", std::move(hint));
        }
    }
}

}  // namespace ordertrace
