namespace Recurve.Kernels;

/// <summary>Keeps one object for the next call; calls at the same time make their own.</summary>
internal struct Spare<T> where T : class, new()
{
    T? kept;

    public T Take() => Interlocked.Exchange(ref kept, null) ?? new();

    public void Keep(T value) => kept = value;
}
