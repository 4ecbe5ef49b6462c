#ifndef MPBITCOIN_EXECUTABLES_NODE_BLOCK_FILES_H
#define MPBITCOIN_EXECUTABLES_NODE_BLOCK_FILES_H

#include <node/context.h>
#include <util/check.h>
#include <validation.h>

#include <stdexcept>

namespace mpbitcoin {
//! Throws std::runtime_error while a node with -reindex reads its block files: the place for a new
//! block is not known yet, and the tree would overwrite unread blocks with it. Any thread, once the
//! chain is loaded.
inline void RequireBlockFiles(const node::NodeContext& node)
{
    if (Assert(node.chainman)->m_blockman.m_blockfiles_indexed) return;
    throw std::runtime_error{"the node is reading its block files again (-reindex) and accepts no "
                             "new block until it has finished"};
}
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_NODE_BLOCK_FILES_H
