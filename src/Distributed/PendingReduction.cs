namespace Recurve.Distributed;

/// <summary>A reduction under way.</summary>
public abstract class PendingReduction
{
    /// <summary>Whether it is done. Asking also lets MPI work, which many libraries do only inside calls.</summary>
    /// <exception cref="MpiException">MPI failed.</exception>
    public abstract bool Test();

    /// <summary>Returns when it is done and the values are everybody's.</summary>
    /// <exception cref="MpiException">MPI failed.</exception>
    public abstract void Wait();
}
