#ifndef MPBITCOIN_EXTENSION_PLANS_H
#define MPBITCOIN_EXTENSION_PLANS_H

#include <extension/export.h>
#include <extension/method.h>
#include <nanobind/nanobind.h>

#include <capnp/dynamic.h>
#include <capnp/schema-parser.h>
#include <kj/filesystem.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace mpbitcoin::extension {
namespace nb = nanobind;

struct StructPlan;

//! How values of one type are converted. Plans are read and made with the GIL only.
struct Shape
{
    capnp::Type type;
    //! For a struct or group.
    const StructPlan* structure{nullptr};
    //! Python's enumeration, if one is bound.
    nb::object enumeration;
    //! For a list.
    std::unique_ptr<Shape> element;
};

//! A field of a struct, or a parameter or result of a method.
struct FieldPlan
{
    capnp::StructSchema::Field field;
    //! The field `hasName` beside `name`: Python sees one value that may be None.
    std::optional<capnp::StructSchema::Field> has;
    Shape shape;
    //! Python's name.
    nb::object name;
    //! Python functions that convert a value, if any. memoryview as `load` leaves bytes where they
    //! arrived.
    nb::object load;
    nb::object store;
    //! Whether it belongs to a struct that is a value, not to parameters or results.
    bool member{false};
};

//! A struct of the schema and its form in Python: an instance of `maker`, made from the values of
//! its fields and from `kind` and `value` of its union; without a binding, a dict.
struct StructPlan
{
    capnp::StructSchema schema;
    nb::object maker;
    std::vector<FieldPlan> fields;
    //! The members of its union.
    std::vector<FieldPlan> choices;
};

//! A method: its parameters without libmultiprocess' own, its results without exceptions.
struct MethodPlan : MethodWire
{
    std::string interface;
    std::string name;
    nb::object python_name;
    StructPlan params;
    StructPlan results;
    //! The results that represent exceptions, with the exceptions' types.
    std::vector<std::pair<capnp::StructSchema::Field, std::string>> errors;
};

//! What Python binds to types, by their ids: (maker, load hooks, store hooks).
struct Bindings
{
    nb::dict structs;
    nb::dict enums;
    //! By (interface id, Python's name of the method).
    nb::dict methods;
};

struct SchemaHash
{
    std::size_t operator()(const capnp::Schema& schema) const { return schema.hashCode(); }
};

//! The schemas below one folder, and the plans made from them. Never destroyed: the event loop
//! reads plans. Used by threads that hold the GIL.
class Schemas
{
public:
    //! Absolute imports in files of `folder` are searched there, then in `imports`. Throws
    //! kj::Exception when a folder does not exist.
    Schemas(const std::string& folder, const std::vector<std::string>& imports, Bindings bindings);

    //! Parse a file, named relative to the folder, and its imports. Throws kj::Exception.
    void load(const std::string& file);
    //! All loaded schemas.
    kj::Array<capnp::Schema> loaded() const { return m_parser.getAllLoaded(); }
    //! The comment on a type of the schema; may be empty.
    std::string comment(capnp::Schema schema) const;
    std::string memberComment(capnp::Schema schema, std::size_t index) const;

    //! A method of an interface or its ancestors by its name in the schema, or null.
    const MethodPlan* method(uint64_t interface_id, const std::string& name);
    //! The table for calls by the other process. Raises KeyError.
    const MethodTable& table(uint64_t interface_id);

private:
    capnp::InterfaceSchema interface(uint64_t id) const;
    using Structs = std::unordered_map<capnp::Schema, StructPlan*, SchemaHash>;

    //! A method's plan must be complete before other threads find it: another thread may get the
    //! GIL in the meantime. `making` holds the method's unfinished structs.
    const MethodPlan& plan(capnp::InterfaceSchema::Method method);
    const StructPlan& plan(capnp::StructSchema schema, Structs& making);
    Shape shape(capnp::Type type, Structs& making);
    void fill(StructPlan& plan, nb::handle binding, Structs& making);
    FieldPlan field(capnp::StructSchema::Field field, nb::handle binding, Structs& making);

    const kj::Own<kj::Filesystem> m_filesystem{kj::newDiskFilesystem()};
    //! The folder and the folders of imports.
    std::vector<kj::Own<const kj::ReadableDirectory>> m_folders;
    //! The same for the parser, which keeps the address: complete before the first file is loaded.
    std::vector<const kj::ReadableDirectory*> m_imports;
    capnp::SchemaParser m_parser;
    const Bindings m_bindings;
    //! The complete ones. m_made owns all that were made, even twice.
    Structs m_structs;
    std::vector<std::unique_ptr<StructPlan>> m_made;
    std::map<std::pair<uint64_t, std::string>, std::unique_ptr<MethodPlan>> m_methods;
    std::map<uint64_t, MethodTable> m_tables;
};

//! A name of the schema in Python's spelling: get_tip for getTip.
std::string pythonName(std::string_view name);
//! Every field of the struct that is not the `has...` of another field, with its `has...` field.
std::vector<std::pair<capnp::StructSchema::Field, std::optional<capnp::StructSchema::Field>>>
fieldsOf(capnp::StructSchema schema);
//! The C++ exception type in libmultiprocess' annotation, or an empty string.
std::string exceptionOf(capnp::StructSchema::Field field);
//! Whether the type is libmultiprocess' Context.
bool isContext(capnp::Type type);
} // namespace mpbitcoin::extension

#endif // MPBITCOIN_EXTENSION_PLANS_H
