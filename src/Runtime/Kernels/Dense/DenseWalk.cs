namespace Recurve.Kernels.Dense;

/// <summary>
/// The sequences of a recurrence c' = M c + r_n, step by step in processing order: what stands beside the product, in one direction.
/// Forward M = A, c is the state and r the offset; backward M = Aᵀ and c is the adjoint (docs/differentiation.md).
/// </summary>
internal abstract unsafe class DenseWalk(int width, int batches)
{
    /// <summary>Channels of c.</summary>
    public int Width => width;

    public int Batches => batches;

    /// <summary>Steps of a sequence.</summary>
    public abstract int Length(int batch);

    /// <summary>Writes c before the first step.</summary>
    public abstract void TakeStart(int batch, float* row);

    /// <summary>Receives c behind the last step; with no step that is the start.</summary>
    public abstract void LeaveEnd(int batch, float* row);

    /// <summary>Whether c behind steps [first, end) does not depend on c before them.</summary>
    public abstract bool IsCut(int batch, int first, int end);

    /// <summary>
    /// Before the product of a step: may change c, and sets <paramref name="next"/> to what is added to M c. Without
    /// <paramref name="writes"/> only c behind many steps is wanted, and nothing else may be written.
    /// </summary>
    public abstract void Enter(int batch, int step, float* c, float* next, bool writes);

    /// <summary>After it.</summary>
    public abstract void Leave(int batch, int step, float* next, bool writes);
}

/// <summary>The inputs u of c' = M c + B u.</summary>
/// <param name="Impulse">What a chunk of them makes of c.</param>
/// <param name="Columns">Channels of u.</param>
/// <param name="Copy">Copies u of consecutive steps of a sequence.</param>
internal sealed record DenseInput(DenseImpulse Impulse, int Columns, DenseInput.Copying Copy)
{
    public unsafe delegate void Copying(int batch, int first, int steps, float* rows);
}

/// <summary>Consecutive steps of one sequence: a row of every product.</summary>
/// <param name="Batch">The sequence.</param>
/// <param name="First">First step, in processing order.</param>
/// <param name="Steps">Number of steps.</param>
/// <param name="Before">c before them, one row; 0: zeros.</param>
/// <param name="Behind">Receives c behind them.</param>
internal readonly record struct DenseSegment(int Batch, int First, int Steps, nint Before, nint Behind);
