// Takes the values of one map of a settings file by their keys, judges each, and collects what is wrong.
// Lives on the stack of a reader; the file's tree and the ReadContext outlive it. Any one thread.
// A value that is missing or wrong leaves the default alone; keys nobody asked for are problems too.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "settings/config_node.h"
#include "settings/settings_problem.h"
#include "settings/variables.h"

namespace ordertrace {

// What all maps of a file share while it is read.
struct ReadContext {
    std::string file;
    EnvironmentLookup variable;
    std::vector<SettingsProblem> problems;
    std::vector<std::string> absent;  // keys that were asked for and not given
};

class MapReader {
public:
    using Section = std::function<void(MapReader&)>;

    // Reads `node` by `section`, then reports the keys it did not ask for.
    static void read_map(const ConfigNode& node, const std::string& path, ReadContext& context, const Section& section);

    // A problem if the key does not occur at all.
    void require(std::string_view key, std::string hint);
    // Given, if only as an empty text.
    bool has(std::string_view key) const;
    // Given, and no empty text.
    bool given(std::string_view key) const;

    // True if the value was given and good. `judge`: const std::string& -> Judged<something T can be made of>.
    template <class T, class Judge>
    bool read(std::string_view key, T& out, Judge&& judge) {
        const ConfigEntry* entry = take(key);
        return entry != nullptr && assign(entry->value, path_of(key), out, judge);
    }

    // As `read`, but an empty text is good and means: none.
    template <class Judge>
    void read_or_empty(std::string_view key, std::string& out, Judge&& judge) {
        read(key, out, [&](const std::string& text) -> Judged<std::string> {
            return text.empty() ? Judged<std::string>{text} : judge(text);
        });
    }

    // A list of texts, at most `most`, each once.
    template <class T, class Judge>
    bool read_list(std::string_view key, std::size_t most, std::vector<T>& out, Judge&& judge) {
        const ConfigNode* list = take_list(key, most, "write a list: [a, b]");
        if (list == nullptr) return false;
        std::vector<T> values;
        bool good = true;
        for (std::size_t i = 0; i < list->items.size(); ++i) {
            const auto path = path_of(key) + "[" + std::to_string(i) + "]";
            T value{};
            if (!assign(list->items[i], path, value, judge)) {
                good = false;
            } else if (std::find(values.begin(), values.end(), value) != values.end()) {
                add(list->items[i].place, path, "given twice");
                good = false;
            } else {
                values.push_back(std::move(value));
            }
        }
        if (good) out = std::move(values);
        return good;
    }

    // A problem if the key is given: known elsewhere, it has no effect here.
    void refuse(std::string_view key, std::string what, std::string hint);

    // The path of a file, relative ones from the directory of the settings file. It must be readable; empty: none.
    void read_file_path(std::string_view key, std::string& out);
    // The same without looking at it.
    void read_directory_path(std::string_view key, std::string& out);

    void map(std::string_view key, const Section& section);
    // A map from names of the user's choice to values.
    template <class T, class JudgeName, class JudgeText>
    void read_named(std::string_view key, std::size_t most, std::vector<std::pair<std::string, T>>& out,
                    JudgeName&& judge_name, JudgeText&& judge_text) {
        for (const auto* entry : take_names(key, most)) {
            std::pair<std::string, T> pair;
            const auto path = path_of(key) + "." + entry->key;
            if (auto name = judge_name(entry->key)) {
                pair.first = *name;
            } else {
                add(entry->place, path, name.error().what, name.error().hint);
            }
            if (assign(entry->value, path, pair.second, judge_text) && !pair.first.empty())
                out.push_back(std::move(pair));
        }
    }
    // A map from names of the user's choice to maps.
    void each_named(std::string_view key, std::size_t most,
                    const std::function<void(const std::string& name, MapReader&)>& section);
    // The names in such a map, in the file's order; none if it is no map. Judges nothing.
    std::optional<std::vector<std::string>> names_in(std::string_view key) const;
    // A list of 1 to `most` maps. False if it is not given.
    bool each(std::string_view key, std::size_t most, const Section& section);

    // At the value of `key`, or at this map if it is not given.
    void problem(std::string_view key, std::string what, std::string hint = {});
    // At `name` in the map `key`, which must hold it.
    void problem_at_name(std::string_view key, const std::string& name, std::string what, std::string hint = {});

private:
    MapReader(const ConfigNode& node, std::string path, ReadContext& context)
        : node_{node}, path_{std::move(path)}, context_{context} {}

    template <class T, class Judge>
    bool assign(const ConfigNode& node, const std::string& path, T& out, Judge&& judge) {
        const auto text = text_of(node, path);
        if (!text) return false;
        auto value = judge(*text);
        if (!value) {
            add(node.place, path, value.error().what, value.error().hint);
            return false;
        }
        out = static_cast<T>(std::move(*value));
        return true;
    }

    std::string path_of(std::string_view key) const;
    const ConfigEntry* find(std::string_view key) const;
    // Marks the key as known; its entry if given and not empty.
    const ConfigEntry* take(std::string_view key);
    const ConfigNode* take_list(std::string_view key, std::size_t most, const std::string& hint);
    std::vector<const ConfigEntry*> take_names(std::string_view key, std::size_t most);
    // The text with its variables replaced.
    std::optional<std::string> text_of(const ConfigNode& node, const std::string& path);
    void add(Place place, std::string path, std::string what, std::string hint = {});
    void report_unknown();

    const ConfigNode& node_;
    std::string path_;
    ReadContext& context_;
    std::vector<std::string> known_;
};

}  // namespace ordertrace
