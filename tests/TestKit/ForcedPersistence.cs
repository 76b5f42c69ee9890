using Recurve.Plans;

namespace Recurve.TestKit;

/// <summary>Until disposed, whether one kernel takes this thread's loops through all steps on a device, wherever one can.</summary>
internal sealed class ForcedPersistence : IDisposable
{
    public ForcedPersistence(bool isPersistent) => PersistentShape.Forced = isPersistent;

    public void Dispose() => PersistentShape.Forced = null;
}
