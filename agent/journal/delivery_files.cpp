// What delivery does to the files of the journal: unlinking, setting aside, fsync.
#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "journal/delivery.h"
#include "journal/journal_shared.h"

namespace ordertrace {

bool Delivery::let_go(std::size_t index, bool keep_damaged) {
    const Segment& segment = *segments[index];
    const std::uint64_t bytes = segment.size;
    if (segment.in_memory) {
        shared_.take_bytes(true, bytes);
    } else if (keep_damaged && segment.damaged) {
        const auto kept_path = shared_.path(corrupt_name(segment.id));
        if (!shared_.disk.rename(shared_.path(segment_name(segment.id)), kept_path)) return false;
        kept.push_back({kept_path, bytes});
    } else {
        const auto removed = shared_.disk.remove(shared_.path(segment_name(segment.id)));
        if (!removed && removed.error() != ENOENT) return false;
        shared_.take_bytes(false, bytes);
    }
    segments.erase(segments.begin() + static_cast<std::ptrdiff_t>(index));
    shared_.segments.store(segments.size(), std::memory_order_relaxed);
    return true;
}

bool Delivery::remove_oldest_kept() {
    if (kept.empty()) return false;
    const auto removed = shared_.disk.remove(kept.front().path);
    if (!removed && removed.error() != ENOENT) return false;
    shared_.take_bytes(false, kept.front().bytes);
    kept.pop_front();
    return true;
}

bool Delivery::keep(const std::string& path, std::string_view bytes) {
    forget_kept(path);  // a window that is delivered again after a kill brings the same span again
    make_room();
    if (shared_.disk_bytes + bytes.size() > shared_.disk_space.all_up_to) return false;
    const auto file = shared_.disk.open(path, O_WRONLY | O_CREAT | O_TRUNC);
    if (!file) return false;
    if (!write_all(shared_.disk, file->get(), bytes, 0)) {
        (void)shared_.disk.remove(path);  // a part of a batch is of no use to anyone
        return false;
    }
    shared_.add_bytes(false, bytes.size());
    kept.push_back({path, bytes.size()});
    return true;
}

void Delivery::forget_kept(const std::string& path) {
    const auto same = std::find_if(kept.begin(), kept.end(), [&](const KeptFile& file) { return file.path == path; });
    if (same == kept.end()) return;
    shared_.take_bytes(false, same->bytes);
    kept.erase(same);
}

// Every segment written to since the last time, then the positions, then the names of the files.
void Delivery::sync() {
    int failure = 0;
    const auto sync_file = [&](const std::string& path, int flags) {
        const auto file = shared_.disk.open(path, flags);
        const auto synced = file ? shared_.disk.sync(file->get()) : DiskResult<void>{};
        if (!file) failure = file.error();
        if (!synced) failure = synced.error();
        return failure == 0;
    };
    bool changed = state_changed_;
    for (const auto& segment : segments) {
        const std::uint64_t bytes = segment->size.load(std::memory_order_acquire);
        const bool known = segment->id == synced_segment_ && bytes == synced_bytes_;
        if (segment->in_memory || segment->id < synced_segment_ || known) continue;
        changed = true;
        if (!sync_file(shared_.path(segment_name(segment->id)), O_RDONLY)) break;
        synced_segment_ = segment->id;
        synced_bytes_ = bytes;
    }
    if (!changed) return;
    if (failure == 0 && shared_.delivery_attached) sync_file(shared_.path(state_name), O_RDONLY);
    if (failure == 0) sync_file(shared_.settings.directory, O_RDONLY | O_DIRECTORY);
    state_changed_ = failure != 0;
    failure == 0 ? shared_.sync_trouble.clear() : shared_.sync_trouble.set(DiskTrouble::sync, failure);
}

}  // namespace ordertrace
