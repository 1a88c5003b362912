# Natron PyPlug
# A node of Unreel. Natron knows this file by the lines that begin with "def", drops it in silence when it does not
# import, and calls what it needs by name. What the node does is in unreel_host.zip, beside this file.
import os
import sys

NODE = "canonical_export"
LABEL = "Unreel_CanonicalExport"
VERSION = 1
DESCRIPTION = "Writes the picture to paint on, and shows it with its coverage in alpha."


def getPluginID():
    return "org.unreel." + NODE


def getLabel():
    return LABEL


def getVersion():
    return VERSION


def getGrouping():
    return "Unreel"


def getPluginDescription():
    return DESCRIPTION


def createInstance(app, group):
    try:
        host().create_instance(app, group, NODE, __name__)
    except Exception as error:
        show(group, error)


def param_changed(thisParam, thisNode, thisGroup, app, userEdited):
    try:
        host().param_changed(app, thisNode, thisParam)
    except Exception as error:
        sys.stderr.write(f"Unreel: {explained(error)}\n")


def host():
    """Unreel's side of Natron, from the zip beside this file or from a folder that Natron searches."""
    beside = os.path.dirname(os.path.abspath(globals().get("__file__") or "."))
    for folder in (beside, *sys.path):
        packed = os.path.join(folder, "unreel_host.zip")
        if os.path.isfile(packed):
            if packed not in sys.path:
                sys.path.insert(0, packed)
            break
    from unreel.plugin.hosts import natron

    return natron


def show(group, error):
    """An exception would leave an empty group behind; a node that says what is missing can be asked."""
    sys.stderr.write(f"Unreel: {explained(error)}\n")
    try:
        from NatronEngine import StringParam

        label = group.createStringParam("unreel_missing", "Unreel")
        label.setType(StringParam.TypeEnum.eStringTypeLabel)
        label.setValue(explained(error))
        group.refreshUserParamsGUI()
    except Exception as second:
        sys.stderr.write(f"Unreel: {second}\n")


def explained(error):
    if isinstance(error, ImportError):
        return f"Unreel is not installed: {error}. Run python3 install --host natron, and start Natron again."
    return str(error) or repr(error)


def give_signatures():
    """Natron 2.5 asks inspect.getargspec about every callback, which Python 3.11 has no more."""
    import collections
    import inspect

    if hasattr(inspect, "getargspec"):
        return
    signature = collections.namedtuple("ArgSpec", "args varargs keywords defaults")

    def getargspec(function):
        full = inspect.getfullargspec(function)
        return signature(full.args, full.varargs, full.varkw, full.defaults)

    inspect.getargspec = getargspec


try:
    give_signatures()
except Exception as error:
    sys.stderr.write(f"Unreel: {error}\n")
