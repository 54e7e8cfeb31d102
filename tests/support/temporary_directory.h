// A directory of its own for one test, gone with it.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace ordertrace {

class TemporaryDirectory {
public:
    TemporaryDirectory() {
        std::string name = std::filesystem::temp_directory_path() / "ordertrace-test-XXXXXX";
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error{"mkdtemp"};
        path_ = name;
    }
    ~TemporaryDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    std::string path() const { return path_; }
    std::string path(const std::string& name) const { return path_ / name; }
    // Replaces the file as a careful writer does, so that its inode changes.
    std::string write(const std::string& name, const std::string& content) const {
        const auto temporary = path(name + ".new");
        std::ofstream{temporary, std::ios::binary} << content;
        std::filesystem::rename(temporary, path(name));
        return path(name);
    }

private:
    std::filesystem::path path_;
};

}  // namespace ordertrace
